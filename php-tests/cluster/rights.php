#!/usr/bin/env php
<?php
// Tickets and labels between nodes: a ticket is redeemed once, whichever nodes are asked, and a session that was signed out on
// one node is so on all.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

$site = cluster_site(workers: 12, a: nodes(1), b: nodes(2));
$http = $site->http;

test('a ticket of node 1 is known on node 2 at once, and used on both then', function () use ($http): void {
    for ($round = 0; $round < 50; $round++) {
        $issued = $http->get('/a/rights.php?issue=1');
        all_acknowledged([$issued]);
        $ticket = $issued->value('result');
        equal($issued->sid, $http->get("/b/rights.php?redeem=$ticket")->value('result'), "the session in round $round");
        foreach (['a', 'b'] as $server) {
            equal(null, $http->get("/$server/rights.php?redeem=$ticket")->value('result'), "the used ticket on $server");
        }
    }
});

test('of 50 who redeem a ticket at once on two nodes one gets the session, 20 times', function () use ($http): void {
    for ($round = 0; $round < 20; $round++) {
        $issued = $http->get('/both/rights.php?issue=1');
        $answers = $http->all(array_fill(0, 50, ['/both/rights.php?redeem=' . $issued->value('result'), null]), 24);
        all_acknowledged($answers);
        $won = array_filter(array_map(fn(Answer $answer) => $answer->value('result'), $answers));
        equal([$issued->sid], array_values($won), "who got the session in round $round");
    }
});

test('a session that is held on node 1 is signed out on node 2 without waiting, and does not come back', function () use ($http): void {
    for ($round = 0; $round < 10; $round++) {
        $sid = $http->get('/a/rights.php?label=alice')->sid;
        $gate = new_gate();
        $holder = $http->send("/a/rights.php?gate=$gate", $sid);
        $http->until(fn() => at_gate($gate) || $holder->done, 10, 'a request holds the session');
        equal(1, $http->get('/b/rights.php?revoke=alice')->value('result'), "sessions that were signed out in round $round");
        ensure(!$holder->done, 'the holder has ended: ' . $holder->summary());
        open_gate($gate);
        $http->wait($holder);
        equal(500, $holder->status, 'status of the holder: ' . $holder->summary());
        ensure(str_contains($holder->summary(), 'signed out'), 'why: ' . $holder->summary());
        foreach (['a', 'b'] as $server) {
            equal([], $http->get("/$server/read.php", $sid)->value('session'), "what is left on $server");
        }
    }
});

no_worker_crashed();
