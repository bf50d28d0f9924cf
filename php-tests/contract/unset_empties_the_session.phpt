--TEST--
session_unset() empties the session, as assigning an empty array does, and the id stays known
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
session_start();
var_dump(session_unset(), $_SESSION);
session_write_close();
var_dump(row($id)['data']);

session_start();
$_SESSION['b'] = 2;
session_write_close();
var_dump(row($id)['data']);
?>
--EXPECT--
bool(true)
array(0) {
}
string(0) ""
string(6) "b|i:2;"
