--TEST--
session_start() within an open session is ignored with PHP's notice, and the session goes on
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
session_start();
$_SESSION['a'] = 2;
var_dump(session_start(), session_id() === $id, $_SESSION);
session_write_close();

session_start();
var_dump($_SESSION);
?>
--EXPECTF--
Notice: session_start(): Ignoring session_start() because a session is already active%r( \(started from \S+start_within_a_session_is_ignored\.php on line 5\))?%r in %s on line 7
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(2)
}
array(1) {
  ["a"]=>
  int(2)
}
