<?php
// Checks of what php.ini and its like say, which need no server.

declare(strict_types=1);

namespace Rustdb\Command;

function extension(): iterable
{
    $php = 'PHP ' . PHP_VERSION . ' (' . PHP_SAPI . ', ' . ini_files() . ')';
    if (extension_loaded('rustdb')) {
        yield ok("rustdb " . phpversion('rustdb') . " is loaded by $php");
    } else {
        yield bad("rustdb is not loaded by $php", is_dir('/etc/php')
            ? 'phpenmod rustdb, or a line extension=rustdb in php.ini' : 'a line extension=rustdb in php.ini');
    }
}

/** What other SAPIs are told, and whether it is the same. */
function sapis(Site $site): iterable
{
    foreach ($site->sapis->others as $sapi) {
        if (!$sapi->loads) {
            $short = explode(' ', $sapi->name)[0];
            yield look("$sapi->name does not load rustdb ($sapi->folder)", "phpenmod -s $short rustdb, if its sessions are to be rustdb's");
            continue;
        }
        $handler = $sapi->get('session.save_handler');
        if ($handler !== 'rustdb') {
            yield look("$sapi->name has its sessions in $handler ({$sapi->source('session.save_handler')})",
                "session.save_handler = rustdb, if they are to be rustdb's");
            continue;
        }
        $names = array_unique([...array_keys($sapi->settings), ...array_keys($site->sapis->own_files)]);
        $names = array_filter($names, fn(string $name) => str_starts_with($name, 'rustdb.'));
        $own = $site->sapis->own_files;
        $other = array_filter($names, fn(string $name) => ($sapi->settings[$name][0] ?? null) !== ($own[$name][0] ?? null));
        if ($other === []) {
            yield ok("$sapi->name has its sessions in rustdb, with the settings of this PHP");
            continue;
        }
        sort($other);
        $there = fn(string $name) => $sapi->settings[$name][0] ?? null;
        $shown = array_map(fn(string $name) => match (true) {
            $there($name) === null => "$name not set",
            $name === 'rustdb.password' => $name,
            default => "$name = {$there($name)}",
        }, $other);
        $command = 'rustdb';
        if (is_file("$sapi->folder/php.ini")) {
            $command .= " --ini $sapi->folder/php.ini";
        }
        foreach ($other as $name) {
            if ($there($name) !== null && $name !== 'rustdb.password' && str_ends_with($sapi->source($name), '.conf')) {
                $command .= ' -d ' . escapeshellarg("$name={$there($name)}");
            }
        }
        yield look("$sapi->name has its sessions in rustdb, with other settings than this PHP: " . implode(', ', $shown),
            "what follows is of this PHP; look there, too: $command check");
    }
}

function handler(Site $site): iterable
{
    $own = ini_get('session.save_handler');
    $others = array_map(fn(Configuration $sapi) => $sapi->name, $site->sapis->with_rustdb());
    if ($own === 'rustdb') {
        yield ok('session.save_handler is rustdb, and rustdb.lock ' . (ini_get('rustdb.lock') ?: 'none'));
    } elseif ($others !== []) {
        yield look("session.save_handler is $own in this PHP, and rustdb in " . implode(', ', $others),
            'session.save_handler = rustdb for the CLI as well, where cron is to collect expired sessions');
    } else {
        yield bad("session.save_handler is $own: rustdb keeps no session", 'session.save_handler = rustdb');
    }
}

/** Files that the workers have to be able to read. */
function secrets(Site $site): iterable
{
    foreach (['rustdb.password_file', 'rustdb.encryption_key_file', 'rustdb.ssl_key'] as $name) {
        $file = ini_get($name);
        if ($file === '' || $file === false) {
            continue;
        }
        if (!is_file($file)) {
            yield bad("$name is $file, which is no file that can be seen from here", 'correct the path, or the rights of its folder');
            continue;
        }
        $unable = [];
        foreach ($site->sapis->with_rustdb() as $sapi) {
            if ($sapi->user !== '' && !may_read($file, $sapi->user, $sapi->group)) {
                $unable[] = "$sapi->name ($sapi->user)";
            }
        }
        $owner = sprintf('%o, %s', fileperms($file) & 0777, owner_of($file));
        if ($unable !== []) {
            yield bad("$name, $file ($owner), cannot be read by " . implode(', ', $unable), "chgrp it to the workers' group, and chmod 0640");
        } else {
            yield ok("$name is $file ($owner)");
        }
    }
}

function owner_of(string $file): string
{
    if (!function_exists('posix_getpwuid')) {
        return fileowner($file) . ':' . filegroup($file);
    }
    return (posix_getpwuid(fileowner($file))['name'] ?? fileowner($file)) . ':' . (posix_getgrgid(filegroup($file))['name'] ?? filegroup($file));
}

/** Whether a user's workers may read a file, by its own mode; true where that cannot be told. */
function may_read(string $file, string $user, string $group): bool
{
    if (!function_exists('posix_getpwnam') || !($of = posix_getpwnam($user))) {
        return true;
    }
    $owning = posix_getgrgid(filegroup($file));
    $in_group = $owning && ($owning['name'] === $group || $owning['gid'] === $of['gid'] || in_array($user, $owning['members'], true));
    $bits = match (true) {
        $of['uid'] === 0 => 0444,
        $of['uid'] === fileowner($file) => 0400,
        $in_group => 0040,
        default => 0004,
    };
    return (fileperms($file) & $bits) !== 0;
}

/** Configurations by what `$say` says of each, so that the same is said once. @return array<string, list<string>> */
function by_answer(Site $site, callable $say): array
{
    $answers = [];
    foreach ($site->sapis->of_visitors() as $sapi) {
        $answers[$say($sapi)][] = $sapi->name;
    }
    return $answers;
}

function strict_mode(Site $site): iterable
{
    $say = fn(Configuration $sapi) => $sapi->is_on('session.use_strict_mode') ? 'on' : 'off';
    foreach (by_answer($site, $say) as $answer => $names) {
        $names = implode(', ', $names);
        yield $answer === 'on'
            ? ok("session.use_strict_mode is on ($names)")
            : look("session.use_strict_mode is off ($names): a visitor can be made to use an id that somebody else knows",
                'session.use_strict_mode = 1');
    }
}

function cookies(Site $site): iterable
{
    $say = function (Configuration $sapi): string {
        $flags = [];
        foreach (['secure', 'httponly'] as $flag) {
            $flags[] = ($sapi->is_on("session.cookie_$flag") ? '' : 'no ') . $flag;
        }
        $flags[] = ($site = $sapi->get('session.cookie_samesite')) === '' ? 'no samesite' : "samesite=$site";
        if (!$sapi->is_on('session.use_only_cookies') || $sapi->is_on('session.use_trans_sid')) {
            $flags[] = 'ids in addresses';
        }
        return implode(', ', $flags);
    };
    $remedies = [
        'no secure' => 'session.cookie_secure = 1 where the site is https only',
        'no httponly' => 'session.cookie_httponly = 1',
        'no samesite' => 'session.cookie_samesite = Lax',
        'ids in addresses' => 'session.use_only_cookies = 1 and session.use_trans_sid = 0',
    ];
    foreach (by_answer($site, $say) as $answer => $names) {
        $told = "the session's cookie, unless the site says otherwise: $answer (" . implode(', ', $names) . ')';
        $missing = array_intersect(explode(', ', $answer), array_keys($remedies));
        if (str_contains(strtolower($answer), 'samesite=none') && str_contains($answer, 'no secure')) {
            yield bad("$told; browsers drop a cookie of samesite=None that is not secure", $remedies['no secure']);
        } elseif ($missing === []) {
            yield ok($told);
        } else {
            yield look($told, implode(', ', array_map(fn(string $flag) => $remedies[$flag], $missing)));
        }
    }
}
