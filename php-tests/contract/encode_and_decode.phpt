--TEST--
session_encode() gives what is stored, and session_decode() brings it into another session
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1, 'b' => "\0\xff'"]);
session_start();
$encoded = session_encode();
var_dump(bin2hex($encoded));
session_write_close();

session_id($copy = new_id());
session_start();
var_dump(session_decode($encoded));
session_write_close();

$_SESSION = [];
session_id($copy);
session_start();
var_dump($_SESSION === ['a' => 1, 'b' => "\0\xff'"]);
?>
--EXPECT--
string(36) "617c693a313b627c733a333a2200ff27223b"
bool(true)
bool(true)
