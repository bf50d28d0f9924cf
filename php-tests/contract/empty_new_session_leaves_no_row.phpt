--TEST--
A new session that stays empty leaves no row and no lock
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_empty_new
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_start();
$made = session_id();
session_write_close();
var_dump(rows(), is_held($made));

session_id($sent = new_id());
session_start();
var_dump(is_held($sent));
$_SESSION['a'] = 1;
unset($_SESSION['a']);
session_write_close();
var_dump(rows(), is_held($sent));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_empty_new');
?>
--EXPECT--
int(0)
bool(false)
bool(true)
int(0)
bool(false)
