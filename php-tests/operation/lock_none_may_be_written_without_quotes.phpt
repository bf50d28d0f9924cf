--TEST--
rustdb.lock=none needs no quotes in php.ini, though PHP reads the bare word as an empty value
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=none
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
session_id($id);
var_dump(session_start(), is_held($id));
?>
--EXPECT--
bool(true)
bool(false)
