--TEST--
After its connection was killed an unchanged session is still touched, an untouched one is silent, and a destroyed one goes
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_touch
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
$stored = row($id);

echo "not due: ";
session_id($id);
session_start();
kill_connections();
session_write_close();
echo row($id)['expires_at'] === $stored['expires_at'] ? "untouched\n" : "TOUCHED\n";

echo "due: ";
change_row($id, 'expires_at=expires_at-600');
session_start();
kill_connections();
session_write_close();
echo row($id)['expires_at'] >= $stored['expires_at'] ? 'touched, ' : 'NOT TOUCHED, ';
echo row($id)['version'] === $stored['version'] ? 'not rewritten' : 'REWRITTEN', is_held($id) ? ', LOCKED' : '', "\n";

echo "due, but destroyed meanwhile: ";
change_row($id, 'expires_at=expires_at-600');
session_start();
kill_connections();
echo (new OtherProcess('session_id($argv[1]); session_start(); session_destroy();', [$id]))->end();
session_write_close();
echo row($id) === null ? "stays destroyed\n" : "RESURRECTED\n";

echo "destroy: ";
store_session(['n' => 1], $id);
session_start();
kill_connections();
var_dump(session_destroy(), row($id));

echo "aborted: ";
store_session(['n' => 1], $id);
session_start();
kill_connections();
$_SESSION['n']++;
var_dump(session_abort());
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_touch');
?>
--EXPECT--
not due: untouched
due: touched, not rewritten
due, but destroyed meanwhile: stays destroyed
destroy: bool(true)
NULL
aborted: bool(true)
n|i:1;
