--TEST--
A request that merged with one that gave the session its first label is refused its next write once that label is revoked
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_learns_label
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 1], new_id());
$request = new OtherProcess(SHOW_WARNINGS . <<<'PHP'
    session_set_save_handler($handler = new SessionHandler());
    session_id($argv[1]);
    session_start();
    tell('read'); listen();
    $_SESSION['first'] = 1;
    $handler->write(session_id(), session_encode());
    tell('written'); listen();
    $_SESSION['second'] = 1;
    PHP, [$id]);
$request->hear();
request($id, 'session_start(); Rustdb\label("carol"); $_SESSION["other"] = 1;', []);
$request->say();
$request->hear();
echo holds($id), "\n";
// While somebody has the row, it stays, and only the label is gone.
$holder = hold_row($id);
echo Rustdb\revoke('carol'), " signed out\n";
$holder->rollback();
echo finish($request), "\n", holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_learns_label');
?>
--EXPECT--
{"n":1,"other":1,"first":1}
1 signed out
WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
[]
