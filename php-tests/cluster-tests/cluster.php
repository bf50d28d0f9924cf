<?php
// What the cluster tests share: web servers that each have a node of their own, and the nodes themselves. Everything
// else is the harness of the web tests. Not a test itself, hence not executable.
//
// Both kinds of cluster pass the same tests; what differs between them is only here.

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';

/** The directives for a web server that uses these nodes, the first one as long as it answers. */
function nodes(int ...$numbers): array
{
    $ports = explode(' ', setting('RUSTDB_CLUSTER_PORTS'));
    $hosts = array_map(fn(int $number) => '127.0.0.1:' . $ports[$number - 1], $numbers);
    return ['rustdb.socket' => '', 'rustdb.host' => implode(',', $hosts)];
}

/** Two web servers on different nodes, whose requests keep apart by leases. */
function cluster_site(int $workers, array $a, array $b, array $ini = []): Site
{
    return new Site($workers, $ini, ['a' => $a + ['rustdb.lock' => 'lease'], 'b' => $b + ['rustdb.lock' => 'lease']]);
}

/** An administrator's connection to a node, whose reads wait for what the others have committed before. */
function admin_of(int $number): mysqli
{
    $port = explode(' ', setting('RUSTDB_CLUSTER_PORTS'))[$number - 1];
    $user = setting('RUSTDB_TEST_ADMIN_USER');
    $admin = new mysqli('127.0.0.1', $user, setting('RUSTDB_TEST_ADMIN_PASSWORD'), setting('RUSTDB_TEST_DATABASE'), (int) $port);
    $admin->query(match (setting('RUSTDB_CLUSTER')) {
        'galera' => 'SET SESSION wsrep_sync_wait = 1',
        'group' => "SET SESSION group_replication_consistency = 'BEFORE'",
    });
    return $admin;
}

/** What a session's counter is in the table of a node. */
function counter_on(mysqli $admin, string $sid): ?int
{
    $data = column($admin, "SELECT data FROM rustdb_sessions WHERE id = UNHEX(SHA2('$sid', 256))")[0] ?? '';
    return preg_match('/(?:^|;)n\|i:(\d+);/', $data, $match) ? (int) $match[1] : null;
}

/** Has php-tests/cluster do something to a node, while the test goes on. */
function node_command(string $command, int $number): Program
{
    $program = dirname(__DIR__) . '/cluster';
    return new Program("$command-$number", [$program, $command, setting('RUSTDB_TEST_DIR'), (string) $number]);
}

/** Checks that each of the two web servers uses the node that it should, and no other. */
function each_on_its_own_node(int ...$numbers): void
{
    test('each web server is on a node of its own', function () use ($numbers): void {
        foreach ([1, 2, 3] as $number) {
            $open = count(connections(admin_of($number))) > 0;
            equal(in_array($number, $numbers, true), $open, "whether node $number has connections of web servers");
        }
    });
}
