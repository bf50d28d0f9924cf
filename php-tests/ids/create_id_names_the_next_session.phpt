--TEST--
An id of session_create_id() is the next session's id, also in strict mode once it has been stored
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_start();
$_SESSION['a'] = 1;
$next = session_create_id('next-');
session_write_close();

session_id($next);
session_start();
$_SESSION['b'] = 2;
session_write_close();

ini_set('session.use_strict_mode', '1');
session_id($next);
session_start();
var_dump(session_id() === $next, $_SESSION);
?>
--EXPECT--
bool(true)
array(1) {
  ["b"]=>
  int(2)
}
