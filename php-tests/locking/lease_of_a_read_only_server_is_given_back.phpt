--TEST--
A lease that a request could not give back because its server became read-only is given back when a server takes writes again; a running one is renewed on the next host
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.lease=300
rustdb.table=t_lease_left
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$next = new_admin();
$next_host = getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT');
$server = new PrivateServer('lease_left');
$admin = $server->admin();
$settings = ['rustdb.connect_timeout' => '1'] + $server->settings();
$code = <<<'PHP'
    while (($what = listen()) !== '') {
        session_id($argv[1]);
        $started = session_start();
        $n = $_SESSION['n'] ?? 'none';
        tell($started ? "started with $n" : 'not started');
        if ($started && listen() === 'write') {
            $_SESSION['n'] = $n + 1;
        }
        @session_write_close();
        tell('closed');
    }
    PHP;

function hear(OtherProcess $request, string $what): void
{
    while (($line = $request->hear()) !== $what) {
        if ($line === false) {
            throw new Exception("no $what");
        }
    }
}

foreach (['write', 'release'] as $what) {
    $id = new_id();
    echo (new OtherProcess('store_session(["n" => 1], $argv[1]);', [$id], $settings))->end();
    $request = new OtherProcess($code, [$id], $settings);
    $request->say('start');
    hear($request, 'started with 1');
    $admin->query('SET GLOBAL read_only=1');
    $request->say($what);
    hear($request, 'closed');
    echo "$what: ", lease($id) > 60 ? 'left behind, ' : 'WHERE is it, ';
    $admin->query('SET GLOBAL read_only=0');
    wait_until(fn() => lease($id) === 0);
    echo "given back, ", row($id)['data'], "\n";

    // Its own next request does not even wait for that.
    $request->say('start');
    hear($request, 'started with 1');
    $admin->query('SET GLOBAL read_only=1');
    $request->say($what);
    hear($request, 'closed');
    $admin->query('SET GLOBAL read_only=0');
    $begin = microtime(true);
    $request->say('start');
    hear($request, 'started with 1');
    $took = microtime(true) - $begin;
    echo "$what: ", $took < 10 ? 'not waited for by its own process, ' : "WAITED FOR $took s, ";
    $request->say('write');
    hear($request, 'closed');
    echo row($id)['data'], ' ', lease($id), "\n", $request->end();
}

// The lease as a replica has it that is promoted.
$long = new OtherProcess($code, [$id], ['rustdb.lease' => '3', 'rustdb.host' => $server->host() . ",$next_host"] + $settings);
$long->say('start');
hear($long, 'started with 2');
$leases = $admin->query('SHOW CREATE TABLE t_lease_left_lease')->fetch_row()[1];
$next->query('DROP TABLE IF EXISTS t_lease_left_lease');
$next->query($leases);
$admin->query('SET GLOBAL read_only=1');
foreach ($admin->query('SELECT * FROM t_lease_left_lease')->fetch_all() as $row) {
    $next->execute_query('INSERT INTO t_lease_left_lease VALUES (?' . str_repeat(',?', count($row) - 1) . ')', $row);
}
$until = fn() => (int) $next->query('SELECT MAX(lease_until) FROM t_lease_left_lease')->fetch_row()[0];
$before = $until();
wait_until(fn() => $until() > $before + 3);
echo "renewed there\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('lease_left');
drop_table('t_lease_left');
?>
--EXPECT--
write: left behind, given back, n|i:1;
write: not waited for by its own process, n|i:2; 0
release: left behind, given back, n|i:1;
release: not waited for by its own process, n|i:2; 0
renewed there
