--TEST--
session_abort() discards the changes and frees the lock
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$before = row($id);
session_start();
$_SESSION['a'] = 2;
var_dump(is_held($id), session_abort(), is_held($id));
unset($before['now']);
var_dump($before === array_diff_key(row($id), ['now' => 0]));

session_id($new = new_id());
session_start();
$_SESSION['a'] = 1;
session_abort();
var_dump(row($new), is_held($new));
?>
--EXPECT--
bool(true)
bool(true)
bool(false)
bool(true)
NULL
bool(false)
