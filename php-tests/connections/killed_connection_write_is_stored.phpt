--TEST--
A write whose connection was killed, with the lock, is stored without a warning when nobody changed the session meanwhile
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_write
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
session_id($id);
session_start();
echo kill_connections(), ' killed, ', is_held($id) ? 'locked' : 'unlocked', "\n";
$_SESSION['n']++;
session_write_close();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";

echo "a large one:\n";
session_start();
kill_connections();
$_SESSION['large'] = str_repeat('x', 100_000);
session_write_close();
echo strlen(row($id)['data']), is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_write');
?>
--EXPECT--
1 killed, unlocked
n|i:2;
a large one:
100024
