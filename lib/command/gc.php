<?php
// `rustdb gc`: deletes all expired sessions, as session_gc() does.

declare(strict_types=1);

namespace Rustdb\Command;

const GC_HELP = <<<'TEXT'
    rustdb gc [--watch] [--json]

    Deletes all expired sessions, in batches so small that visitors hardly notice. Sessions that a request holds are left
    for the next time. On a terminal it shows how far it is; otherwise it says nothing where nothing goes wrong, so that
    cron sends no mail:

      */5 * * * * www-data rustdb gc

      --watch             shows it elsewhere, too: a line every ten seconds, and one at the end

    Exit status: 0 when all is collected, 1 where that failed.

    TEXT;

/** @param list<string> $arguments */
function gc(array $arguments): int
{
    // --collect is for ourselves: see below.
    $options = new Options($arguments, GC_HELP, ['watch', 'collect']);
    if ($options->helps()) {
        return FINE;
    }
    need_extension();
    if ($options->has('collect')) {
        say((string) collect());
        return FINE;
    }
    $json = $options->has('json');
    $began = microtime(true);
    if (!$json && (on_terminal() || $options->has('watch'))) {
        $deleted = watch();
        if ($deleted === null) {
            return WRONG;
        }
    } else {
        $deleted = collect();
    }
    $took = microtime(true) - $began;
    if ($json || on_terminal() || $options->has('watch')) {
        $left = \Rustdb\inspect('sessions');
        $json
            ? say_json(['deleted' => $deleted, 'seconds' => round($took, 3), 'left' => $left['expired']])
            : say(many($deleted, 'expired session') . ' deleted in ' . seconds($took) . ', ' . number((int) ($deleted / max($took, 0.001)))
                . ' a second; ' . ($left['expired'] === 0 ? 'none left' : number($left['expired']) . ' left, held by requests or expired meanwhile') . "\n");
    }
    return FINE;
}

/** Does it, and returns how many were deleted. */
function collect(): int
{
    $warnings = [];
    set_error_handler(function (int $type, string $text) use (&$warnings): bool {
        $text = preg_replace('/^\w+\(\): (?:rustdb: )?/', '', $text);
        if (!str_starts_with($text, 'Failed to read session data')) { // PHP's own, after ours
            $warnings[] = $text;
        }
        return true;
    });
    foreach (['session.save_handler' => 'rustdb', 'session.use_cookies' => '0', 'session.cache_limiter' => '', 'session.gc_probability' => '0'] as $name => $value) {
        ini_set($name, $value);
    }
    // session_gc() wants a session; that of this process stays empty, and so leaves no row.
    $deleted = session_start() ? session_gc() : false;
    if (session_status() === PHP_SESSION_ACTIVE) {
        session_abort();
    }
    restore_error_handler();
    if ($deleted === false || $warnings !== []) {
        throw new Trouble(implode('; ', $warnings) ?: 'expired sessions could not be collected');
    }
    return $deleted;
}

/** Has another process do it, and shows how far it is; null where that one has failed, and said why. */
function watch(): ?int
{
    $process = proc_open([...this_php(), $_SERVER['SCRIPT_FILENAME'], 'gc', '--collect'],
        [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR], $pipes);
    $first = $last = null;
    $began = $told = microtime(true);
    while (proc_get_status($process)['running']) {
        $now = microtime(true);
        if (on_terminal() || $now - $told >= 10) {
            $waiting = \Rustdb\inspect('sessions')['expired'];
            $first = max($first ?? $waiting, $waiting);
            say(progress($first, $waiting, $now - $began));
            $told = $now;
        }
        // Half a second for people, and none where it is done at once.
        $read = [$pipes[1]];
        $none = null;
        stream_select($read, $none, $none, 0, 500_000);
    }
    if (on_terminal()) {
        say("\r\e[K");
    }
    $said = (string) stream_get_contents($pipes[1]);
    proc_close($process);
    return preg_match('/^\d+$/D', $said) ? (int) $said : null;
}

function progress(int $first, int $waiting, float $took): string
{
    $done = $first - $waiting;
    $rate = $done / max($took, 0.001);
    $told = number($done) . ' of ' . number($first) . ', ' . number((int) $rate) . ' a second'
        . ($rate > 0 && $took > 2 ? ', ' . seconds($waiting / $rate) . ' to go' : '');
    if (!on_terminal()) {
        return "$told\n";
    }
    [$columns] = terminal_size();
    $width = max(5, min(40, $columns - 50));
    return "\r" . paint(32, bar($first > 0 ? $done / $first : 0, $width)) . ' ' . fit($told, max(0, $columns - $width - 2));
}
