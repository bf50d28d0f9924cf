--TEST--
With create_table=0 a missing table is not created: the warning names the file with its schema
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_create_table_0
rustdb.create_table=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_id('0123456789abcdef');
var_dump(session_start());
var_dump(admin()->query("SHOW TABLES LIKE 't_create_table_0'")->num_rows);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_create_table_0');
?>
--EXPECTF--
Warning: session_start(): rustdb: cannot read session 01234567… (table rustdb_test.t_create_table_0 on %s): the table does not exist and rustdb.create_table is off; create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation) in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
int(0)
