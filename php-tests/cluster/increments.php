#!/usr/bin/env php
<?php
// Nothing is lost between nodes: two web servers, each on a node of its own, count to exact totals.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

// Ids from a client are taken by both, so that births of one session race on two nodes.
$site = cluster_site(workers: 10, a: nodes(1), b: nodes(2), ini: ['session.use_strict_mode' => '0']);
$http = $site->http;

test('the first requests of all workers meet a cluster without the tables', function () use ($http): void {
    $admin = admin_of(1);
    $admin->query('DROP TABLE IF EXISTS rustdb_sessions, rustdb_sessions_lease');
    $answers = $http->all(array_fill(0, 40, ['/both/count.php', null]), 40);
    all_acknowledged($answers);
    equal('40', column(admin_of(3), 'SELECT COUNT(*) FROM rustdb_sessions WHERE codec<128')[0], 'rows on the third node');
});

each_on_its_own_node(1, 2);

test('200 concurrent increments of one session over two nodes end at exactly 200', function () use ($site, $http): void {
    $sid = $site->new_session();
    $answers = $http->all(array_fill(0, 200, ['/both/count.php', $sid]), 40);
    all_acknowledged($answers);
    equal(200, $site->stored($sid), 'the stored counter');
    equal(200, counter_on(admin_of(3), $sid), 'the counter on the third node');
    $counts = array_map(fn(Answer $answer) => $answer->value('n'), $answers);
    sort($counts);
    equal(range(1, 200), $counts, 'what the answers counted');
    foreach ([$site->a, $site->b] as $server) {
        $workers = array_map(fn(Answer $answer) => $answer->value('pid'), $answers);
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
    $admin = admin_of(3);
    foreach ($sids as $sid) {
        equal(20, $site->stored($sid), 'a counter');
        equal(20, counter_on($admin, $sid), 'a counter on the third node');
    }
});

test('200 increments by 40 clients that bring the same unknown id to both nodes are exact', function () use ($site, $http): void {
    $sid = 'born-of-many-' . bin2hex(random_bytes(8));
    all_acknowledged($http->all(array_fill(0, 200, ['/both/count.php', $sid]), 40));
    equal(200, $site->stored($sid), 'the stored counter');
});

no_worker_crashed();
