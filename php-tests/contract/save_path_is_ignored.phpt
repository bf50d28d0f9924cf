--TEST--
session.save_path means nothing to rustdb, whatever another save handler wants to see there
--INI--
session.save_path=/nonexistent
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_save_path('/nonexistent/directory');
store_session(['a' => 1]);
session_save_path('5;/tmp');
var_dump(session_start(), $_SESSION);
?>
--EXPECT--
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
