--TEST--
An expired session that stays empty is not revived: its row is left to gc
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['old' => 1]);
change_row($id, 'expires_at=1000');
session_start();
session_write_close();
var_dump(row($id)['expires_at'], is_held($id));

session_start(['read_and_close' => true]);
var_dump($_SESSION);
?>
--EXPECT--
string(4) "1000"
bool(false)
array(0) {
}
