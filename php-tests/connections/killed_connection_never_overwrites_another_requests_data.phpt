--TEST--
A write whose connection was killed is refused with a warning when another request stored the session meanwhile
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_changed
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
session_id($id);
session_start();
kill_connections();
$other = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"] = "other"; $_SESSION["cart"] = "full";', [$id]);
echo $other->end();
$_SESSION['n']++;
session_write_close();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_changed');
?>
--EXPECTF--
Warning: session_write_close(): rustdb: cannot write session %x… (table rustdb_test.rustdb_sessions on %s): the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand in %s on line %d
n|s:5:"other";cart|s:4:"full";
