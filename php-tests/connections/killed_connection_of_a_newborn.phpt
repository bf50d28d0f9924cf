--TEST--
A new session whose connection was killed is stored all the same, unless another request stored that id meanwhile
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_newborn
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
echo "an id of ours:\n";
session_start();
kill_connections();
$_SESSION['n'] = 1;
session_write_close();
echo row(session_id())['data'], is_held(session_id()) ? ' LOCKED' : '', "\n";

echo "an id of the client's:\n";
session_id(new_id());
session_start();
kill_connections();
$_SESSION['n'] = 1;
session_write_close();
echo row(session_id())['data'], is_held(session_id()) ? ' LOCKED' : '', "\n";

echo "left empty:\n";
session_id(new_id());
session_start();
kill_connections();
session_write_close();
var_dump(row(session_id()));

echo "stored by another request:\n";
session_id($id = new_id());
session_start();
kill_connections();
echo (new OtherProcess('store_session(["n" => "other"], $argv[1]);', [$id]))->end();
$_SESSION['n'] = 1;
session_write_close();
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_newborn');
?>
--EXPECTF--
an id of ours:
n|i:1;
an id of the client's:
n|i:1;
left empty:
NULL
stored by another request:

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the lock was lost and another request changed the session meanwhile; %s in %s on line %d
n|s:5:"other";
