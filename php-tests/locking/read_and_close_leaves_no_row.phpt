--TEST--
read_and_close of an unknown id is an empty session and leaves neither a row nor a lock
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_read_and_close
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', $strict);
    session_id($id = new_id());
    var_dump(session_start(['read_and_close' => true]), $_SESSION, session_id() === $id);
    var_dump(rows(), is_held($id), is_held(session_id()));
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_read_and_close');
?>
--EXPECT--
bool(true)
array(0) {
}
bool(true)
int(0)
bool(false)
bool(false)
bool(true)
array(0) {
}
bool(false)
int(0)
bool(false)
bool(false)
