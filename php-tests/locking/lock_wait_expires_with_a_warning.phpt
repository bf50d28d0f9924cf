--TEST--
After lock_wait seconds session_start() is false, the warning names lock_wait, and the holder goes on undisturbed
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);
$begin = microtime(true);
session_id($id);
var_dump(session_start(), $_SESSION ?? null, session_status() === PHP_SESSION_NONE);
$waited = microtime(true) - $begin;
echo $waited >= 0.9 ? 'waited' : "waited for $waited s only", "\n";
echo $waited < 15 ? 'and gave up' : "but for $waited s", "\n";

$holder->rollback();
session_id($id);
var_dump(session_start(), $_SESSION);
?>
--EXPECTF--
Warning: session_start(): rustdb: cannot read session %x… (table %s.rustdb_sessions on %s): another request held the session for longer than rustdb.lock_wait=1 s; shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
array(0) {
}
bool(true)
waited
and gave up
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
