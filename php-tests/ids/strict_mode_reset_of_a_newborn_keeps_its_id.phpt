--TEST--
session_reset() of a session that was born in this request keeps its id and its lock in strict mode
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_start();
$id = session_id();
$_SESSION['a'] = 1;
var_dump(session_reset(), session_id() === $id, $_SESSION, is_held($id));

$_SESSION['b'] = 2;
session_write_close();
var_dump(row($id)['data']);
?>
--EXPECT--
bool(true)
bool(true)
array(0) {
}
bool(true)
string(6) "b|i:2;"
