--TEST--
A class that hands a forged id to its parent gets a warning and false from read, write and destroy
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_forged_methods
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$handler = new SessionHandler;
session_set_save_handler($handler);
session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
var_dump($handler->read("x' OR 1=1"));
var_dump($handler->write('../x', 'data'));
var_dump($handler->write('', 'data'));
var_dump($handler->destroy("x\0y"));
session_write_close();
var_dump(rows(), row($id)['data']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_forged_methods');
?>
--EXPECTF--

Warning: SessionHandler::read(): rustdb: cannot read a session (table %s.t_forged_methods on %s): the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-" in %s on line %d
bool(false)

Warning: SessionHandler::write(): rustdb: cannot write a session (table %s.t_forged_methods on %s): the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-" in %s on line %d
bool(false)

Warning: SessionHandler::write(): rustdb: cannot write a session (table %s.t_forged_methods on %s): the session id has no characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-" in %s on line %d
bool(false)

Warning: SessionHandler::destroy(): rustdb: cannot destroy a session (table %s.t_forged_methods on %s): the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-" in %s on line %d
bool(false)
int(1)
string(6) "a|i:1;"
