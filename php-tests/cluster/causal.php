#!/usr/bin/env php
<?php
// What one node has acknowledged is found on the next one at once, although that one may not have applied it yet.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

const ROUNDS = 500;
const MOVED = ['reader' => 0, 'counter' => 1];

// `a` writes on node 1; the others are on node 2, where taking a lease already waits for what the node has not applied:
// `none` takes none, and can know a session by a causal read only. Two workers each, one of them for the load below.
foreach (['a' => [1, 'lease'], 'b' => [2, 'lease'], 'none' => [2, 'none']] as $name => [$node, $lock]) {
    $ini = ['session.use_strict_mode' => '1', 'rustdb.lock' => $lock];
    fpm($name, rustdb_settings(nodes($node)) + $ini, [$name => []], workers: 2);
}
// Two more, which go on on node 2 when they are sent away from node 1. They wait for no lease until it ends by itself.
foreach (MOVED as $name => $add) {
    fpm($name, rustdb_settings(nodes(1, 2)) + ['rustdb.lock' => 'lease', 'rustdb.lock_wait' => '10'], [$name => []], workers: 1);
}
$http = nginx('a', 'b', 'none', ...array_keys(MOVED));

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

foreach (MOVED as $name => $add) {
    test("a lease of node 1 is given back on node 2, which has not heard of it yet: the $name", function () use ($http, $name, $add): void {
        [$node1, $node2, $node3] = array_map(bystander_on(...), [1, 2, 3]);
        $sid = $http->get('/a/count.php')->sid;
        $node3->query('CREATE TABLE backlog (n INT PRIMARY KEY)');
        counter_on(admin_of(2), $sid);
        try {
            // From here on node 2 hears what the others commit, and applies nothing of it.
            $node2->query('FLUSH TABLES WITH READ LOCK');
            $holder = $http->send("/$name/hold.php?add=$add&gate=" . ($gate = new_gate()), $sid);
            $http->until(fn() => at_gate($gate) || $holder->done, 10, 'a request holds the session');
            for ($n = 0; $n < 100; $n++) {
                $node3->query("INSERT INTO backlog VALUES ($n)");
            }
            $node1->query('SET GLOBAL read_only = 1');
            foreach (connections($node1) as $connection) {
                $node1->query("KILL $connection");
            }
            wait_until(fn() => connections($node1) === [], 10, 'the connections to node 1 are gone');
            open_gate($gate);
            $http->until(fn() => preg_grep('/UPDATE.*_lease/', statements($node2)) || $holder->done, 10, 'the request goes on on node 2');
            $node2->query('UNLOCK TABLES');
            all_acknowledged([$http->wait($holder)]);
        } finally {
            $node2->query('UNLOCK TABLES');
            $node1->query('SET GLOBAL read_only = 0');
            $node3->query('DROP TABLE backlog');
        }
        equal(1 + $add, counter_on(admin_of(2), $sid), 'the counter');
        equal('0', column(admin_of(2), "SELECT lease_until FROM rustdb_sessions_lease WHERE id = UNHEX(SHA2('$sid', 256))")[0], 'the end of the lease');
    });
}

no_worker_crashed();

/** What rustdb's connections do. */
function statements(mysqli $admin): array
{
    return array_filter(column($admin, "SELECT INFO FROM information_schema.PROCESSLIST WHERE USER = '" . setting('RUSTDB_TEST_USER') . "'"));
}
