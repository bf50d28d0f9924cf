--TEST--
Where all hosts are read-only what a request has done is tried again for connect_timeout, in each lock mode, and a start fails at once
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_no_writable
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('no_writable');
$admin = $server->admin();

/** How many connections the server has ever had. */
function connects(): int
{
    return (int) admin()->query("SHOW GLOBAL STATUS LIKE 'Connections'")->fetch_row()[1];
}

/** A request that has started its session and waits to be told to go on. */
function request(string $id, string $end, array $ini): OtherProcess
{
    global $server;
    $code = 'session_id($argv[1]); session_start(); tell("started"); listen();';
    $request = new OtherProcess("$code $end; ob_end_flush();", [$id], $ini + $server->settings());
    if ($request->hear() !== 'started') {
        throw new Exception($request->end());
    }
    return $request;
}

foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $ini = ['rustdb.lock' => $lock, 'rustdb.lease' => '300'];
    $write = '$_SESSION["n"] = 2; session_write_close()';
    $ends = ['write' => $write, 'birth' => $write, 'touch' => 'session_write_close()', 'destroy' => 'session_destroy()'];
    $ids = [];
    foreach ($ends as $what => $end) {
        $ids[$what] = new_id();
        if ($what !== 'birth') {
            $store = new OtherProcess('store_session(["n" => 1], $argv[1]);', [$ids[$what]], $ini + $server->settings());
            echo $store->end();
            change_row($ids[$what], 'expires_at=expires_at-700');
        }
    }
    $requests = array_map(fn($end, $id) => request($id, $end, ['rustdb.connect_timeout' => '60'] + $ini), $ends, $ids);
    $admin->query('SET GLOBAL read_only=1');
    $before = connects();
    foreach ($requests as $request) {
        $request->say();
    }
    // Each of them has been refused on a new connection at least twice.
    wait_until(fn() => connects() > $before + 2 * count($requests));
    $begin = microtime(true);
    $said = start_with(['rustdb.connect_timeout' => '60'] + $ini + $server->settings(), new_id());
    echo "$lock, a start: ", preg_replace('/^.*: no connection: \S+ (is read-only);.*$/m', '$1', trim($said));
    echo microtime(true) - $begin < 20 ? "\n" : " AFTER LONG\n";
    $admin->query('SET GLOBAL read_only=0');
    foreach (array_keys($ends) as $number => $what) {
        echo "$lock, $what: ", $requests[$number]->end();
        $row = row($ids[$what]);
        echo $row ? "$row[data]" . ($row['expires_at'] > $row['now'] + 1400 ? '' : ', soon over') : 'no session', "\n";
    }
    if ($lock === 'lease') {
        $left = fn() => $admin->query('SELECT COUNT(*) FROM t_no_writable_lease WHERE lease_until>UNIX_TIMESTAMP()')->fetch_row()[0];
        echo $left(), " leases left\n";
    }

    $id = new_id();
    echo (new OtherProcess('store_session(["n" => 1], $argv[1]);', [$id], $ini + $server->settings()))->end();
    $request = request($id, $write, ['rustdb.connect_timeout' => '1'] + $ini);
    $admin->query('SET GLOBAL read_only=1');
    $request->say();
    $begin = microtime(true);
    preg_match('/cannot write session .*/', $request->end(), $warning);
    $took = microtime(true) - $begin;
    echo "$lock, for longer: ", preg_replace(['/session \S+ \(.*?\)/', '/127\.0\.0\.1:\d+/'], ['it', 'SERVER'], $warning[0] ?? 'no warning');
    echo $took < 0.9 ? " AFTER $took s\n" : "\n";
    $admin->query('SET GLOBAL read_only=0');
    echo row($id)['data'], "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('no_writable');
?>
--EXPECT--
row, a start: is read-only
not started
row, write: n|i:2;
row, birth: n|i:2;
row, touch: n|i:1;
row, destroy: no session
row, for longer: cannot write it: no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket in Command line code on line 1
n|i:1;
lease, a start: is read-only
not started
lease, write: n|i:2;
lease, birth: n|i:2;
lease, touch: n|i:1;
lease, destroy: no session
0 leases left
lease, for longer: cannot write it: no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket in Command line code on line 1
n|i:1;
merge, a start: is read-only
not started
merge, write: n|i:2;
merge, birth: n|i:2;
merge, touch: n|i:1;
merge, destroy: no session
merge, for longer: cannot write it: no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket in Command line code on line 1
n|i:1;
none, a start: is read-only
not started
none, write: n|i:2;
none, birth: n|i:2;
none, touch: n|i:1;
none, destroy: no session
none, for longer: cannot write it: no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket in Command line code on line 1
n|i:1;
