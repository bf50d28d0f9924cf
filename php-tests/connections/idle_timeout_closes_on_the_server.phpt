--TEST--
The server itself drops a connection that was silent for rustdb.idle_timeout; the next session gets a new one unnoticed
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_idle_timeout
rustdb.idle_timeout=3
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
$first = connections();
wait_until(fn() => !connections());
session_id($id);
session_start();
$_SESSION['n']++;
session_write_close();
echo row($id)['data'], ' ', count(connections()), ' ', connections() === $first ? 'the OLD one' : 'a new one', "\n";

echo "a session that stays open for longer is kept from falling silent: ";
session_start();
$connection = connections();
sleep(7);
echo connections() === $connection ? 'the same connection, ' : 'ANOTHER connection, ';
echo is_held($id) ? 'locked, ' : 'unlocked, ';
$_SESSION['n']++;
session_write_close();
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_idle_timeout');
?>
--EXPECT--
n|i:2; 1 a new one
a session that stays open for longer is kept from falling silent: the same connection, locked, n|i:3;
