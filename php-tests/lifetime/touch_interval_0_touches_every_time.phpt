--TEST--
rustdb.touch_interval=0 rewrites the expiry of every unchanged session, and adds nothing to it
--EXTENSIONS--
mysqli
--INI--
session.gc_maxlifetime=1000
rustdb.touch_interval=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
change_row($id, 'expires_at=expires_at-5');
$before = row($id);
session_start();
session_write_close();
$after = row($id);
var_dump($before['version'] === $after['version']);
var_dump($after['expires_at'] >= $before['expires_at'] + 5);
var_dump(round($after['expires_at'] - $after['now'], -1));
?>
--EXPECT--
bool(true)
bool(true)
float(1000)
