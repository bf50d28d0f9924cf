#!/usr/bin/env php
<?php
// Nothing is lost: parallel increments over two web servers end at exact totals.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$site = new Site(workers: 10);
$http = $site->http;
$admin = admin();

test('the first requests of all workers meet a database without the table', function () use ($site, $http, $admin): void {
    $admin->query('DROP TABLE IF EXISTS rustdb_sessions');
    $answers = $http->all(array_fill(0, 40, ['/both/count.php', null]), 40);
    all_acknowledged($answers);
    equal(40, count(array_unique(array_map(fn(Answer $answer) => $answer->sid, $answers))), 'different session ids');
    equal('40', column($admin, 'SELECT COUNT(*) FROM rustdb_sessions WHERE codec<128')[0], 'rows');
});

test('200 concurrent increments of one session over two servers end at exactly 200', function () use ($site, $http): void {
    $sid = $site->new_session();
    $answers = $http->all(array_fill(0, 200, ['/both/count.php', $sid]), 40);
    all_acknowledged($answers);
    equal(200, $site->stored($sid), 'the stored counter');
    $counts = array_map(fn(Answer $answer) => $answer->value('n'), $answers);
    sort($counts);
    equal(range(1, 200), $counts, 'what the answers counted');
    $workers = array_unique(array_map(fn(Answer $answer) => $answer->value('pid'), $answers));
    foreach ([$site->a, $site->b] as $server) {
        ensure(array_intersect($workers, children_of($server->pid)) !== [], "the server $server->name has answered none");
    }
});

test('1,000 increments over 50 sessions give every session its exact total', function () use ($site, $http): void {
    $sids = array_map(fn() => $site->new_session(), range(1, 50));
    $requests = [];
    for ($round = 0; $round < 20; $round++) {
        shuffle($sids);
        foreach ($sids as $sid) {
            $requests[] = ['/both/count.php', $sid];
        }
    }
    all_acknowledged($http->all($requests, 40));
    foreach ($sids as $sid) {
        equal(20, $site->stored($sid), 'a counter');
    }
});

test('200 increments by 40 clients that bring the same unknown id are exact', function () use ($site, $http): void {
    // Only `a` takes an id that it has not made itself; there the births race for one row.
    $sid = 'born-of-many-' . bin2hex(random_bytes(8));
    all_acknowledged($http->all(array_fill(0, 200, ['/a/count.php', $sid]), 40));
    equal(200, $site->stored($sid), 'the stored counter');
});

no_worker_crashed();
