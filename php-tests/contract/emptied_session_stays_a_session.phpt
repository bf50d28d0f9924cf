--TEST--
A session that is emptied stays a known session with no data
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_start();
$id = session_id();
$_SESSION['user'] = 7;
session_write_close();

session_start();
$_SESSION = [];
session_write_close();
var_dump(row($id)['data']);

session_start();
var_dump(session_id() === $id, $_SESSION);
?>
--EXPECT--
string(0) ""
bool(true)
array(0) {
}
