--TEST--
Strict mode keeps a known id, with its data and its lock
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_start();
$id = session_id();
$_SESSION['count'] = 1;
session_write_close();

session_id($id);
session_start();
var_dump(session_id() === $id, $_SESSION, is_held($id));
$_SESSION['count']++;
session_write_close();
var_dump(row($id)['data']);
?>
--EXPECT--
bool(true)
array(1) {
  ["count"]=>
  int(1)
}
bool(true)
string(10) "count|i:2;"
