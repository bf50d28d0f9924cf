#!/usr/bin/env php
<?php
// What one node has acknowledged is found on the next one at once, although that one may not have applied it yet.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

const ROUNDS = 500;

// `a` writes on node 1; the others are on node 2, where taking a lease already waits for what the node has not applied:
// `none` takes none, and can know a session by a causal read only. Two workers each, one of them for the load below.
foreach (['a' => [1, 'lease'], 'b' => [2, 'lease'], 'none' => [2, 'none']] as $name => [$node, $lock]) {
    $ini = ['session.use_strict_mode' => '1', 'rustdb.lock' => $lock];
    fpm($name, rustdb_settings(nodes($node)) + $ini, [$name => []], workers: 2);
}
$http = nginx('a', 'b', 'none');

/**
 * Has $once write on node 1 and read on node 2, round after round, under a load of large sessions that keeps node 2 busy
 * with applying.
 */
function rounds(Http $http, callable $once): void
{
    $busy = $http->get('/a/count.php')->sid;
    $load = $http->send('/a/count.php?blob=300000', $busy);
    for ($round = 1; $round <= ROUNDS; $round++) {
        if ($load->done) {
            all_acknowledged([$load]);
            $load = $http->send('/a/count.php?blob=300000', $busy);
        }
        $once($round);
    }
    all_acknowledged([$http->wait($load)]);
}

foreach (['b' => 'lock=lease', 'none' => 'lock=none'] as $name => $mode) {
    test(ROUNDS . " new sessions of node 1 are each known at once on node 2 with $mode, which takes no unknown id", function () use ($http, $name): void {
        rounds($http, function (int $round) use ($http, $name): void {
            $made = $http->get('/a/count.php');
            $found = $http->get("/$name/count.php", $made->sid);
            all_acknowledged([$made, $found]);
            equal([$made->sid, 2], [$found->sid, $found->value('n')], "id and counter on node 2 in round $round");
        });
        $answer = $http->get("/$name/count.php", $unknown = bin2hex(random_bytes(16)));
        all_acknowledged([$answer]);
        ensure($answer->sid !== $unknown, 'an id that nobody has made was taken');
    });
}

foreach (['b' => 'lock=lease', 'none' => 'lock=none'] as $name => $mode) {
    test(ROUNDS . " times read_and_close on node 2 with $mode sees what node 1 has just written", function () use ($http, $name): void {
        $sid = $http->get('/a/count.php?add=0')->sid;
        rounds($http, function (int $round) use ($http, $name, $sid): void {
            $written = $http->get('/a/count.php', $sid);
            $read = $http->get("/$name/read.php", $sid);
            all_acknowledged([$written, $read]);
            equal([$round, $round], [$written->value('n'), $read->value('n')], "the counter as written and as read in round $round");
        });
    });
}

each_on_its_own_node(1, 2);
no_worker_crashed();
