--TEST--
A request that reads without its lock (rustdb.lock_failure=readonly) cannot give the session a lifetime, and is told so
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
rustdb.lock_failure=readonly
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

set_error_handler(show_warning(...));
$holder = hold_row($id = store_session(['n' => 1]));
within($id, fn() => Rustdb\lifetime(600));
$holder->rollback();
echo lives($id), "\n";
within($id, fn() => Rustdb\lifetime(600));
echo lives($id), "\n";
?>
--EXPECT--
WARNING cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly); the changes were not stored
0 in its row, lives for 1500 s
600 in its row, lives for 660 s
