--TEST--
read_and_close reads a session that another request holds, takes no lock of its own, and stores nothing
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', '0');
    $id = store_session(['a' => 1]);
    ini_set('session.use_strict_mode', $strict);

    $holder = hold_row($id);
    $holder->query('UPDATE ' . str_replace(' WHERE', " SET data='a|i:2;' WHERE", row_of($id)));
    var_dump(session_start(['read_and_close' => true]), session_id() === $id, $_SESSION);
    var_dump(session_status() === PHP_SESSION_NONE);
    $holder->rollback();

    $_SESSION['a'] = 3;
    var_dump(is_held($id), row($id)['data']);
}
?>
--EXPECT--
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
bool(false)
string(6) "a|i:1;"
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
bool(false)
string(6) "a|i:1;"
