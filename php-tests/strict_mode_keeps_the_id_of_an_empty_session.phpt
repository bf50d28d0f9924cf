--TEST--
Strict mode keeps the id of a session that is still empty, though it leaves no row, for each start that follows
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/common.inc';

session_start();
$id = session_id();
session_write_close();
var_dump(row($id));

session_id($id);
session_start();
var_dump(session_id() === $id, $_SESSION, is_held($id));
session_write_close();

session_id($id);
session_start(['read_and_close' => true]);
var_dump(session_id() === $id, row($id));

session_id($id);
session_start();
var_dump(session_id() === $id);
$_SESSION['count'] = 1;
session_write_close();
var_dump(row($id)['data']);

echo "destroyed:\n";
session_id($id);
session_start();
session_destroy();
session_id($id);
session_start();
var_dump(session_id() === $id, $_SESSION);
?>
--EXPECT--
NULL
bool(true)
array(0) {
}
bool(true)
bool(true)
NULL
bool(true)
string(10) "count|i:1;"
destroyed:
bool(false)
array(0) {
}
