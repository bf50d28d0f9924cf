--TEST--
session_regenerate_id() of a session that was born in this request leaves one row, with delete or without
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_regenerate_newborn
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach ([true, false] as $delete) {
    session_id('');
    session_start();
    $first = session_id();
    var_dump(session_regenerate_id($delete));
    $_SESSION['a'] = 1;
    session_write_close();
    var_dump(row($first), row(session_id())['data'], rows());
    session_start();
    session_destroy();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_regenerate_newborn');
?>
--EXPECT--
bool(true)
NULL
string(6) "a|i:1;"
int(1)
bool(true)
NULL
string(6) "a|i:1;"
int(1)
