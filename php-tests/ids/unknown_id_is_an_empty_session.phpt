--TEST--
Without strict mode an unknown id is an empty session of that id
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = new_id();
session_id($id);
var_dump(session_start(), session_id() === $id, $_SESSION);
$_SESSION['a'] = 1;
session_write_close();

session_start();
var_dump(session_id() === $id, $_SESSION);
?>
--EXPECT--
bool(true)
bool(true)
array(0) {
}
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
