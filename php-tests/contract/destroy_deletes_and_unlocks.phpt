--TEST--
session_destroy() deletes the row and frees the lock; the same request can go on with the id
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
session_start();
var_dump(session_destroy(), row($id), is_held($id), session_id(), $_SESSION);

session_id($id);
session_start();
var_dump($_SESSION, is_held($id));
$_SESSION['b'] = 2;
session_write_close();
var_dump(row($id)['data']);
?>
--EXPECT--
bool(true)
NULL
bool(false)
string(0) ""
array(1) {
  ["a"]=>
  int(1)
}
array(0) {
}
bool(true)
string(6) "b|i:2;"
