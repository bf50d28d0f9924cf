--TEST--
session.auto_start opens and locks a session before the script runs, and stores it at its end
--EXTENSIONS--
mysqli
--INI--
session.auto_start=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = session_id();
var_dump(session_status() === PHP_SESSION_ACTIVE, $_SESSION, is_held($id));
$_SESSION['a'] = 1;
session_write_close();
var_dump(row($id)['data'], is_held($id));

$other = new OtherProcess('$_SESSION["b"] = 2; echo session_id();');
$stored = row($other->end());
var_dump($stored['data']);
?>
--EXPECT--
bool(true)
array(0) {
}
bool(true)
string(6) "a|i:1;"
bool(false)
string(6) "b|i:2;"
