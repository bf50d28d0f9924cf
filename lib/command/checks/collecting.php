<?php
// Who collects expired sessions, and how many are waiting.

declare(strict_types=1);

namespace Rustdb\Command;

/** Seconds for which an expired session may wait until somebody has to have a look. */
const LONG = 6 * 3600;

function collecting(Site $site): iterable
{
    if ($site->servers() === []) {
        return;
    }
    $collectors = [...dice($site), ...jobs($site->root)];
    $sessions = $site->ask('sessions');
    $waiting = ($sessions['expired_exact'] ? '' : 'about ') . many($sessions['expired'], 'expired session') . ' waiting'
        . ($sessions['oldest_expired'] === null ? '' : ', the oldest for ' . seconds($sessions['oldest_expired']));
    $long = $sessions['oldest_expired'] > LONG;
    $cron = "a line in /etc/cron.d: */5 * * * * www-data rustdb gc; docs/collecting.md";
    if ($collectors !== []) {
        $told = 'expired sessions are collected by ' . implode(' and ', $collectors) . "; $waiting";
        yield $long ? look("$told: it does not keep up, or is for another table", $cron) : ok($told);
    } elseif ($long) {
        yield bad("nobody collects expired sessions; $waiting", $cron);
    } else {
        yield look("nobody is seen here who collects expired sessions (session.gc_probability is 0, and no cron job calls "
            . "rustdb gc or session_gc()); $waiting", "$cron, unless another machine or an event of the server does");
    }
}

/** PHP itself, in one request of so many. @return list<string> */
function dice(Site $site): array
{
    $found = [];
    foreach ($site->sapis->of_visitors() as $sapi) {
        if ((int) $sapi->get('session.gc_probability') > 0 && ($sapi !== $site->sapis->own || $sapi->get('session.save_handler') === 'rustdb')) {
            $found[] = "one request in {$sapi->get('session.gc_divisor')} ($sapi->name)";
        }
    }
    return $found;
}

/** Jobs of cron and systemd. @return list<string> files */
function jobs(string $root): array
{
    $files = ["$root/etc/crontab"];
    foreach (['etc/cron.*/*', 'var/spool/cron/*', 'var/spool/cron/crontabs/*', 'etc/systemd/system/*.service'] as $pattern) {
        array_push($files, ...glob("$root/$pattern"));
    }
    $calls = '/^(?!\s*#).*\b(?:rustdb\b.*\sgc\b|session_gc\s*\()/m';
    return array_values(array_filter($files, fn(string $file) => is_file($file) && is_readable($file)
        && filesize($file) < 1 << 20 && preg_match($calls, (string) file_get_contents($file))));
}
