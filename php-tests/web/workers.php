#!/usr/bin/env php
<?php
// What a php-fpm worker takes over many requests: connections of the server, and memory.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const WORKERS = 4;
const BLOB = 100_000;

$admin = admin();
wait_until(fn() => connections($admin) === [], 10, 'nobody else has a connection');

// Every request collects garbage, for which a worker needs its second connection.
$ini = rustdb_settings(['session.gc_probability' => '1', 'session.gc_divisor' => '1']);
$fpm = fpm('pool', $ini, ['pool' => []], WORKERS);
$http = nginx('pool');

/** Serves requests that each store a large session, and returns the workers that took part. */
function serve(Http $http, int $requests): array
{
    $sids = array_map(fn() => bin2hex(random_bytes(16)), range(1, 20));
    $answers = $http->all(array_map(fn(int $i) => ['/pool/count.php?blob=' . BLOB, $sids[$i % 20]], range(1, $requests)), 2 * WORKERS);
    all_acknowledged($answers);
    return array_unique(array_map(fn(Answer $answer) => $answer->value('pid'), $answers));
}

function resident_kb(int $pid): int
{
    preg_match('/^RssAnon:\s+(\d+) kB/m', file_get_contents("/proc/$pid/status"), $match);
    return (int) $match[1];
}

test('workers keep at most two connections each, and no memory, over 300 requests', function () use ($http, $admin, $fpm): void {
    serve($http, 200);
    $workers = children_of($fpm->pid);
    equal(WORKERS, count($workers), 'workers');
    $before = array_map(resident_kb(...), $workers);
    equal([], array_diff(serve($http, 300), $workers), 'workers that were not there before');

    $open = count(connections($admin));
    ensure($open > WORKERS && $open <= 2 * WORKERS, "$open connections of " . WORKERS . ' workers');
    // About 75 sessions passed through each: a worker that kept a tenth of them would show.
    foreach ($workers as $i => $pid) {
        $grown = resident_kb($pid) - $before[$i];
        ensure($grown < 75 * BLOB / 1000 / 10, "a worker has grown by $grown kB");
    }
});

test('the connections end with the workers', function () use ($fpm, $admin): void {
    $fpm->stop();
    wait_until(fn() => connections($admin) === [], 5, 'the server has let go of them');
});

no_worker_crashed();
