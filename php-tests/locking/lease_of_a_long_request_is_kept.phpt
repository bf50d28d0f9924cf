--TEST--
A request of five times rustdb.lease keeps its lease: who waits gets the session from it, and not before
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.lease=3
rustdb.table=t_long_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
$count = 'session_id($argv[1]); session_start(); tell("has n=$_SESSION[n]"); sleep((int) $argv[2]); $_SESSION["n"]++; session_write_close();';
$begin = microtime(true);
$holder = new OtherProcess($count, [$id, 15]);
echo 'the long one ', $holder->hear(), "\n";
$waiter = new OtherProcess($count, [$id, 0]);
echo 'the waiting one ', $waiter->hear(), "\n";
echo microtime(true) - $begin >= 15 ? "after five leases\n" : "TOO EARLY\n";
echo $holder->end(), $waiter->end(), row($id)['data'], ' ', lease($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_long_lease');
?>
--EXPECT--
the long one has n=1
the waiting one has n=2
after five leases
n|i:3; 0
