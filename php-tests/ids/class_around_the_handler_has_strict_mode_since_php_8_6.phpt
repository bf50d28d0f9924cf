--TEST--
Since PHP 8.6 a class that extends SessionHandler has strict mode, too, by SessionHandler::validateId(): unknown ids are replaced, ours are kept
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (PHP_VERSION_ID < 80600) {
    die('skip before PHP 8.6 such a class loses strict mode');
}
?>
--INI--
session.use_strict_mode=1
rustdb.table=t_strict_class
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

class Passing extends SessionHandler {}
session_set_save_handler(new Passing);

session_id($unknown = new_id());
var_dump(session_start());
$id = session_id();
$_SESSION['a'] = 1;
echo $id === $unknown ? 'KEPT' : 'replaced', ', ', is_held($id) ? 'the new id is locked' : 'NOT LOCKED', "\n";
session_write_close();
var_dump(row($unknown), row($id)['data']);

session_id($id);
var_dump(session_start(), session_id() === $id, $_SESSION, is_held($id));
var_dump(session_regenerate_id(true));
session_write_close();

// A late request with the old id keeps it, and finds an empty session.
session_id($id);
var_dump(session_start(), session_id() === $id, $_SESSION);
session_write_close();

// An empty session leaves no row, and keeps its id all the same.
session_id('');
session_start();
$empty = session_id();
session_write_close();
session_id($empty);
var_dump(session_start(), session_id() === $empty, rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_strict_class');
?>
--EXPECT--
bool(true)
replaced, the new id is locked
NULL
string(6) "a|i:1;"
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
bool(true)
bool(true)
bool(true)
array(0) {
}
bool(true)
bool(true)
int(1)
