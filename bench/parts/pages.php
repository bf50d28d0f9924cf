<?php
// (b) Over nginx and php-fpm, with wrk: pages that do nothing but their session, many sessions.

declare(strict_types=1);

const PAGE_SESSIONS = 500;
const PAGE_CLIENTS = 8;

function pages(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like('rustdb-*', 'symfony-*', 'redis*', 'memcached', 'files');
    stop($workers = array_map(function (string $name): Worker {
        $worker = worker($name, Place::Disk);
        $worker->command('seed ' . PAGE_SESSIONS . " 994 $name");
        return $worker;
    }, $names));
    $site = new Site($names, PAGE_CLIENTS);
    $seconds = FULL ? 3 : 1;
    $kinds = ['unchanged', 'changed'];
    foreach ($kinds as $kind) {
        foreach ($names as $name) {
            wrk($site->url($name, $kind), $name, 1); // warm
        }
    }
    $pages = $p99 = [];
    for ($round = 0, $rounds = rounds(AGAINST === null ? 5 : 20); $round < $rounds; $round++) {
        foreach ($kinds as $kind) {
            foreach (in_turn($names, $round) as $name) {
                [$pages[$kind][$name][], $p99[$kind][$name][]] = wrk($site->url($name, $kind), $name, $seconds);
            }
        }
    }
    $site->stop();
    foreach ($kinds as $kind) {
        $results->add(new Series('pages', "pages/$kind", "pages/s, session $kind, " . PAGE_CLIENTS . ' clients', 'pages/s', $pages[$kind], true));
    }
    foreach ($kinds as $kind) {
        $results->add(new Series('pages', "pages/$kind/p99", "p99 of a page, session $kind, " . PAGE_CLIENTS . ' clients', 'ms', $p99[$kind]));
    }
}

/** @return array{float, float} pages per second and p99 in ms */
function wrk(string $url, string $name, int $seconds): array
{
    $command = ['wrk', '-t1', '-c' . PAGE_CLIENTS, "-d{$seconds}s", '--timeout', '20s', '--latency',
        '-s', __DIR__ . '/../pages.lua', $url, '--', (string) PAGE_SESSIONS, $name];
    $output = (string) shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1');
    if (!preg_match('/RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/', $output, $found)) {
        throw new Exception("wrk: $output");
    }
    [, $requests, $microseconds, $failed, , $p99] = array_map('intval', $found);
    if ($failed > 0 || $requests === 0) {
        throw new Exception("$url: $failed of $requests requests failed");
    }
    return [$requests / $microseconds * 1e6, $p99 / 1000];
}
