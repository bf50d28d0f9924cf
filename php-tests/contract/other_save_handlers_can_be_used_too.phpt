--TEST--
One request can use rustdb, then another save handler, then rustdb again
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_save_path(sys_get_temp_dir());
$id = store_session(['where' => 'rustdb']);

session_module_name('files');
session_start();
var_dump($_SESSION);
$_SESSION['where'] = 'files';
session_write_close();

session_module_name('rustdb');
session_start();
var_dump($_SESSION, is_held($id));
session_destroy();

session_module_name('files');
session_id($id);
session_start();
var_dump($_SESSION, is_held($id), row($id));
session_destroy();
?>
--EXPECT--
array(0) {
}
array(1) {
  ["where"]=>
  string(6) "rustdb"
}
bool(true)
array(1) {
  ["where"]=>
  string(5) "files"
}
bool(false)
NULL
