--TEST--
What a request has done is stored on the next host of the list when its server becomes read-only meanwhile, with the version compared
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_switchover
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$to = new_admin();
$next = getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT');
$server = new PrivateServer('switchover');
$from = $server->admin();
$settings = ['rustdb.host' => $server->host() . ",$next"] + $server->settings();

/** Gives the second server what the first one has, as a replica has it that is promoted. */
function replicate(): void
{
    global $from, $to;
    foreach ($from->query("SHOW TABLES LIKE 't\\_switchover%'")->fetch_all() as [$table]) {
        $to->query("DROP TABLE IF EXISTS `$table`");
        $to->query($from->query("SHOW CREATE TABLE `$table`")->fetch_row()[1]);
        foreach ($from->query("SELECT * FROM `$table`")->fetch_all() as $row) {
            $to->execute_query("INSERT INTO `$table` VALUES (?" . str_repeat(',?', count($row) - 1) . ')', $row);
        }
    }
}

/** What the second server has of a session. */
function data(string $id): string
{
    global $to;
    $row = $to->query('SELECT data,expires_at-UNIX_TIMESTAMP()>1400 FROM ' . row_of($id) . ' AND ' . IS_SESSION)->fetch_row();
    return $row ? substr($row[0], 0, 12) . ($row[1] ? '' : ', soon over') : 'no session';
}

/** A request that the switchover meets between its start and its end. */
function request(string $lock, string $what, string $end, bool $stored = true, ?string $meanwhile = null): void
{
    global $from, $to, $settings;
    $ini = ['rustdb.lock' => $lock] + $settings;
    $id = new_id();
    if ($stored) {
        echo (new OtherProcess('store_session(["n" => 1], $argv[1]);', [$id], $ini))->end();
        change_row($id, 'expires_at=expires_at-700');
    }
    $code = 'session_id($argv[1]); session_start(); tell("started"); listen();';
    $request = new OtherProcess("$code $end; ob_end_flush(); tell('now ' . session_id());", [$id], $ini);
    if ($request->hear() !== 'started') {
        throw new Exception($request->end());
    }
    replicate();
    if ($meanwhile) {
        $to->query(str_replace(' WHERE', " SET $meanwhile WHERE", 'UPDATE ' . row_of($id)));
    }
    $from->query('SET GLOBAL read_only=1');
    $request->say();
    echo "$lock, $what: ";
    while (($line = $request->hear()) !== false && !str_starts_with($line, 'now ')) {
        echo preg_match('/rustdb: cannot (write|destroy).*\): (.*?);/', $line, $warning) ? "$warning[2]; " : '';
    }
    echo data($id);
    $now = substr($line, 4);
    echo $now === $id || $now === '' ? '' : ', and ' . data($now);
    echo $request->end();
    if ($lock === 'lease') {
        $left = $to->query('SELECT COUNT(*) FROM t_switchover_lease WHERE lease_until>UNIX_TIMESTAMP()')->fetch_row()[0];
        echo $left === '0' ? '' : ", $left leases LEFT";
    }
    echo "\n";
    $from->query('SET GLOBAL read_only=0');
    if ($lock === 'lease') {
        $from->query('DELETE FROM t_switchover_lease');
    }
}

foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    request($lock, 'write', '$_SESSION["n"] = 2; session_write_close()');
    request($lock, 'large write', '$_SESSION["n"] = 2; $_SESSION["x"] = str_repeat("x", 100_000); session_write_close()');
    request($lock, 'birth', '$_SESSION["n"] = 2; session_write_close()', false);
    request($lock, 'touch', 'session_write_close()');
    request($lock, 'destroy', 'session_destroy()');
    request($lock, 'new id', 'session_regenerate_id(true); $_SESSION["n"] = 2; session_write_close()');
    request($lock, 'write after another one', '$_SESSION["n"] = 2; session_write_close()', true, "version=7,data='n|i:9;'");
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('switchover');
drop_table('t_switchover');
?>
--EXPECT--
row, write: n|i:2;
row, large write: n|i:2;x|s:10
row, birth: n|i:2;
row, touch: n|i:1;
row, destroy: no session
row, new id: no session, and n|i:2;
row, write after another one: the lock was lost and another request changed the session meanwhile; n|i:9;, soon over
lease, write: n|i:2;
lease, large write: n|i:2;x|s:10
lease, birth: n|i:2;
lease, touch: n|i:1;
lease, destroy: no session
lease, new id: no session, and n|i:2;
lease, write after another one: the lock was lost and another request changed the session meanwhile; n|i:9;, soon over
merge, write: n|i:2;
merge, large write: n|i:2;x|s:10
merge, birth: n|i:2;
merge, touch: n|i:1;
merge, destroy: no session
merge, new id: no session, and n|i:2;
merge, write after another one: n|i:2;
none, write: n|i:2;
none, large write: n|i:2;x|s:10
none, birth: n|i:2;
none, touch: n|i:1;
none, destroy: no session
none, new id: no session, and n|i:2;
none, write after another one: n|i:2;
