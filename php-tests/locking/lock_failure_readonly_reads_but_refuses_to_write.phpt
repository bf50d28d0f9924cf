--TEST--
With lock_failure=readonly a held session can be read, a changed write is refused with a warning, an unchanged one is silent
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=1
rustdb.lock_failure=readonly
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);
$before = row($id)['version'];

echo "unchanged:\n";
session_id($id);
var_dump(session_start(), $_SESSION['a']);
session_write_close();

echo "changed:\n";
var_dump(session_start());
$_SESSION['a'] = 2;
session_write_close();

echo "changed, and the holder lets go meanwhile:\n";
var_dump(session_start());
$_SESSION['a'] = 3;
$holder->rollback();
session_write_close();
var_dump(row($id)['version'] === $before);

echo "lock free:\n";
var_dump(session_start());
$_SESSION['a'] = 4;
session_write_close();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--EXPECTF--
unchanged:
bool(true)
int(1)
changed:
bool(true)

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the session was read without its lock (rustdb.lock_failure=readonly); the changes were not stored in %s on line %d
changed, and the holder lets go meanwhile:
bool(true)

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the session was read without its lock (rustdb.lock_failure=readonly); the changes were not stored in %s on line %d
bool(true)
lock free:
bool(true)
a|i:4;
