--TEST--
What a session stores, a later one of the same id reads back
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$stored = ['text' => 'Grüße', 'number' => 42, 'float' => 0.1, 'null' => null, 'nested' => ['a' => [true, false]]];
$id = store_session($stored);

$_SESSION = [];
session_id($id);
var_dump(session_start(), $_SESSION === $stored);
session_write_close();

$other = new OtherProcess('session_id($argv[1]); session_start(); echo json_encode($_SESSION);', [$id]);
echo $other->end(), "\n";
?>
--EXPECT--
bool(true)
bool(true)
{"text":"Gr\u00fc\u00dfe","number":42,"float":0.1,"null":null,"nested":{"a":[true,false]}}
