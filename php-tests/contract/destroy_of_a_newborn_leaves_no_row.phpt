--TEST--
session_destroy() of a session that was born in this request, or is not known at all, leaves no row
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
var_dump(session_destroy(), row($id), is_held($id));

$handler = new SessionHandler;
session_set_save_handler($handler);
session_start();
var_dump($handler->destroy($unknown = new_id()), row($unknown), is_held($unknown));
?>
--EXPECT--
bool(true)
NULL
bool(false)
bool(true)
NULL
bool(false)
