--TEST--
Data that PHP cannot decode ends the session as under files: a warning, and the row and its lock are gone
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
change_row($id, "data='a|i:'");
var_dump(session_start());
var_dump(row($id), is_held($id), $_SESSION ?? null);
?>
--EXPECTF--

Warning: session_start(): Failed to decode session object. Session has been destroyed in %s on line %d
bool(false)
NULL
bool(false)
array(0) {
}
