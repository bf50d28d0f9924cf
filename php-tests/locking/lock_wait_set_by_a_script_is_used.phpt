--TEST--
rustdb.lock_wait and rustdb.lock_failure set by the script hold for the next session_start()
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);

ini_set('rustdb.lock_wait', '0');
$start = microtime(true);
var_dump(@session_start());
// The default is 30 seconds.
var_dump(microtime(true) - $start < 10);

ini_set('rustdb.lock_failure', 'readonly');
session_id($id);
var_dump(session_start(), $_SESSION);
session_abort();

ini_restore('rustdb.lock_failure');
session_id($id);
var_dump(@session_start());
?>
--EXPECT--
bool(false)
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(false)
