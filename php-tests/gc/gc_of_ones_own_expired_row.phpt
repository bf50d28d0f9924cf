--TEST--
gc neither waits for nor deletes the expired row of the session that is being started, which lives on
--EXTENSIONS--
mysqli
--INI--
session.gc_probability=1
session.gc_divisor=1
rustdb.lock_wait=1
rustdb.table=t_gc_own
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['old' => 1]);
change_row($id, 'expires_at=1000');
var_dump(session_start(), $_SESSION, rows(), session_gc(), rows());
$_SESSION['new'] = 1;
session_write_close();
var_dump(row($id)['data']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_gc_own');
?>
--EXPECT--
bool(true)
array(0) {
}
int(1)
int(0)
int(1)
string(8) "new|i:1;"
