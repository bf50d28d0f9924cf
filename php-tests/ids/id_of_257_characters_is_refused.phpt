--TEST--
An id of 257 characters is refused with a warning that does not show it, and makes no row
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_id_of_257
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

store_session(['a' => 1], 'known');
session_id(str_repeat('x', 257));
var_dump(session_start(), rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_id_of_257');
?>
--EXPECTF--
Warning: session_start(): rustdb: cannot read a session (table %s.t_id_of_257 on %s): the session id has more than 256 characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-" in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
int(1)
