--TEST--
session_reset() goes back to the stored data and keeps the lock until the session is written
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
session_start();
$_SESSION['a'] = 2;
$_SESSION['b'] = 3;
var_dump(session_reset(), $_SESSION, is_held($id));

$_SESSION['c'] = 4;
session_write_close();
var_dump(row($id)['data'], is_held($id));
?>
--EXPECT--
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
string(12) "a|i:1;c|i:4;"
bool(false)
