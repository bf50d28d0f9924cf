--TEST--
Ids that PHP makes have the length and the alphabet of session.sid_length and session.sid_bits_per_character
--INI--
error_reporting=E_ALL & ~E_DEPRECATED
session.sid_length=100
session.sid_bits_per_character=6
session.use_strict_mode=1
--EXTENSIONS--
mysqli
--FILE--
<?php
// PHP 8.4 deprecates both directives: they work, and PHP says so itself.
require __DIR__ . '/../inc/common.inc';

session_id('unknown-' . new_id());
session_start();
$_SESSION['a'] = 1;
$id = session_id();
session_write_close();
// 100 characters of which none has more than 5 bits do not happen.
var_dump(preg_match('/^[A-Za-z0-9,-]{100}$/', $id), preg_match('/[w-zA-Z,-]/', $id), row($id)['data']);

session_id($id);
session_start();
var_dump(session_id() === $id, $_SESSION);
?>
--EXPECT--
int(1)
int(1)
string(6) "a|i:1;"
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
