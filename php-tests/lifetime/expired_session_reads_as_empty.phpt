--TEST--
An expired session reads as empty, and what is written to it begins a new life
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['old' => str_repeat('x', 100)]);
change_row($id, 'created_at=1000,expires_at=UNIX_TIMESTAMP()');
$before = row($id);

var_dump(session_start(), $_SESSION);
$_SESSION['new'] = 1;
session_write_close();

$after = row($id);
var_dump($after['data']);
var_dump($after['version'] !== $before['version']);
var_dump($after['created_at'] > $after['now'] - 60);
var_dump($after['expires_at'] > $after['now']);

// A session that goes on keeps the time of its birth.
change_row($id, 'created_at=1000');
session_start();
$_SESSION['new'] = 2;
session_write_close();
var_dump(row($id)['created_at']);
?>
--EXPECT--
bool(true)
array(0) {
}
string(8) "new|i:1;"
bool(true)
bool(true)
bool(true)
string(4) "1000"
