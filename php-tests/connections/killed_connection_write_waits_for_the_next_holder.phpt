--TEST--
A write whose connection was killed waits for the request that holds the session now, for lock_wait seconds at most
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_next_holder
rustdb.lock_wait=1
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
session_id($id);
session_start();
kill_connections();
$holder = hold_row($id);
$_SESSION['n']++;
session_write_close();
$holder->rollback();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";

echo "the holder lets go without a change:\n";
$holder = hold_row($id);
$writer = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"]++; tell(""); listen(); session_write_close();', [$id], ['rustdb.lock_wait' => '30']);
$holder->rollback();
$writer->hear();
kill_connections();
$holder = hold_row($id);
$writer->say();
wait_until(fn() => waiters($id) === 1);
$holder->rollback();
echo $writer->end(), row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_next_holder');
?>
--EXPECTF--
Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): another request held the session for longer than rustdb.lock_wait=1 s; %s in %s on line %d
n|i:1;
the holder lets go without a change:
n|i:2;
