--TEST--
A write whose connection was killed is refused with a warning when another request destroyed the session meanwhile
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_destroyed
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
session_id($id);
session_start();
kill_connections();
echo (new OtherProcess('session_id($argv[1]); session_start(); session_destroy();', [$id]))->end();
$_SESSION['n']++;
session_write_close();
var_dump(row($id));

echo "destroyed and born again with the same data:\n";
store_session(['n' => 1], $id);
session_start();
kill_connections();
echo (new OtherProcess(<<<'PHP'
    session_id($argv[1]);
    session_start();
    session_destroy();
    store_session(['n' => 1], $argv[1]);
    PHP, [$id]))->end();
$_SESSION['n']++;
session_write_close();
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_destroyed');
?>
--EXPECTF--
Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the lock was lost and another request changed the session meanwhile; %s in %s on line %d
NULL
destroyed and born again with the same data:

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the lock was lost and another request changed the session meanwhile; %s in %s on line %d
n|i:1;
