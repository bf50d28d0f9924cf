#!/usr/bin/env php
<?php
// A node that comes back as a zombie: it is stopped under load until the others have expelled it, and goes on later with what it still
// has in its queue, for a while in the belief that it is a member. Its web server goes on with the next host of its list, and
// what the zombie does counts nowhere.
//
// What was seen of the servers. Galera expels the node after 6 seconds, in which no node commits. When the node wakes up it takes up
// to 7 seconds to find itself alone; statements that wait for the others fail then (1213, or 1205 for a causal read), and all others
// with 1047, until it has rejoined, which it does by itself within seconds. Group Replication expels it after 21 seconds, in
// which the others go on. It learns of that 3 seconds after it woke up: what was under way is rolled back (3100; 3797
// for a causal read), and it is read-only until it has rejoined (group_replication_autorejoin_tries) and caught up.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

/** A server that says nothing is left after both together. */
const LIMITS = ['rustdb.connect_timeout' => '2', 'rustdb.lock_wait' => '8'];
/** To connect, to wait for the session, and to wait for one more answer, each in vain for as long as it may take. */
const BOUND = 30;
const SILENT = 'the server did not answer in time';

$site = cluster_site(workers: 8, a: nodes(1, 2, 3) + LIMITS, b: nodes(2, 3, 1) + LIMITS);
$http = $site->http;
$load = new Load($site, sessions: 24);
$held = $site->new_session();
$old_membership = membership(bystander_on(1));

each_on_its_own_node(1, 2);

test('a node that is frozen under load is left for the next host, and its last warnings name it', function () use ($site, $http, $load, $held): void {
    $node2 = bystander_on(2);
    $holder = $site->hold('a', $held, $gate = new_gate());
    $begin = function () use ($http, $gate): void {
        command_node('freeze-node', 1, $http);
        // This write stays in the queue of the frozen node.
        open_gate($gate);
    };
    $answers = [...$load->during($begin, fn() => members($node2) === 2, BOUND), $http->wait($holder)];
    // As soon as its lease has ended the session is counted up on another node.
    $next = $http->get('/b/count.php?add=10', $held);
    all_acknowledged([$next]);
    equal(10, $next->value('n'), 'the counter on the other node');
    equal(500, $holder->status, 'the status of the write that the frozen node has not answered');
    $left = [];
    foreach ($answers as $answer) {
        if ($answer->path[1] === 'a' && str_contains($answer->summary(), SILENT)) {
            ensure(str_contains($answer->summary(), nodes(1)['rustdb.host']), 'another server is named: ' . $answer->summary());
            $left[] = $answer->value('pid');
        }
    }
    ensure(in_array($holder->value('pid'), $left, true), 'why: ' . $holder->summary());
    equal(array_unique($left), $left, 'the processes that have waited for it, each only once');
    // What requests had taken that are stuck there ends by itself.
    wait_until(fn() => leases($node2) === [], 20, 'no lease runs');
    check_all($load, $held, admin_of(2), admin_of(3));
});

test('what the node has in its queue when it wakes up changes nothing, and who asks it is served by the next host', function () use ($site, $http, $load, $held, $old_membership): void {
    // A web server that has just been started asks its first host, which accepts connections all the time.
    $site->a->stop();
    $site->start_a();
    $reads = array_map(fn() => $http->send('/a/read.php', $held), range(1, 4));
    $node1 = null;
    $begin = function () use ($http, &$node1): void {
        command_node('thaw-node', 1, $http);
        $node1 = bystander_on(1);
    };
    $over = function () use (&$node1, $old_membership): bool {
        return membership($node1) !== $old_membership;
    };
    $load->during($begin, $over, BOUND, before: 20);
    foreach ($reads as $read) {
        $http->wait($read);
        ensure($read->status === 200 || str_contains($read->summary(), SILENT), 'read_and_close: ' . $read->summary());
        ensure($read->status !== 200 || $read->value('n') === 10, 'read_and_close: ' . $read->body);
    }
    check_all($load, $held, admin_of(2), admin_of(3));
});

test('a node that has rejoined by itself has what it missed', function () use ($http, $load, $held): void {
    $node1 = bystander_on(1);
    try {
        wait_until(fn() => is_member($node1), 30, 'the node is back');
    } catch (Failed $failed) {
        throw new Skipped($failed->getMessage());
    }
    check_all($load, $held, admin_of(1), admin_of(2), admin_of(3));
});

if (setting('RUSTDB_CLUSTER') === 'galera') {
    test('a node that is isolated under load is left for the next host, and used again later', function () use ($site, $http, $load, $held): void {
        $node1 = bystander_on(1);
        $node2 = bystander_on(2);
        $site->a->stop();
        $site->start_a();
        $begin = function () use ($node1): void {
            ensure(connections($node1) !== [], 'the web server is on another node');
            isolate($node1, true);
        };
        $load->during($begin, fn() => !is_member($node1) && members($node2) === 2, BOUND);
        check_all($load, $held, admin_of(2), admin_of(3));
        isolate($node1, false);
        wait_until(fn() => is_member($node1), 30, 'the node is back');
        used_again($http, $load, 1);
        check_all($load, $held, admin_of(1), admin_of(2), admin_of(3));
    });
}

no_worker_crashed();

function command_node(string $command, int $number, Http $http): void
{
    $program = node_command($command, $number);
    $http->until(fn() => $program->ended() !== null, 10, $command);
    equal(0, $program->ended(), "the exit status of $command: " . $program->logged());
}

/** The totals, and that no request that was given up has left or taken anything: no lease runs, and its session is as it was. */
function check_all(Load $load, string $held, mysqli ...$admins): void
{
    $load->check_totals(...$admins);
    foreach ($admins as $admin) {
        equal(10, counter_on($admin, $held), 'what another node has counted');
        equal([], leases($admin), 'leases that nobody gives back');
    }
}

/** Who holds sessions. */
function leases(mysqli $admin): array
{
    return column($admin, 'SELECT lease_holder FROM rustdb_sessions_lease WHERE lease_until > UNIX_TIMESTAMP()');
}

function isolate(mysqli $admin, bool $isolated): void
{
    $admin->query("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=" . (int) $isolated . "'");
}
