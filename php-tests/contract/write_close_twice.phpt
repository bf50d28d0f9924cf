--TEST--
A second session_write_close() does nothing, and what is changed after the first is not stored
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
var_dump(session_write_close());
$version = row($id)['version'];
$_SESSION['a'] = 2;
var_dump(session_write_close(), row($id)['data'], row($id)['version'] === $version);
?>
--EXPECT--
bool(true)
bool(false)
string(6) "a|i:1;"
bool(true)
