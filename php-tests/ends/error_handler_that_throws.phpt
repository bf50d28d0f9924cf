--TEST--
An error handler that throws turns a failed session_start() into an exception, and the next session works
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

set_error_handler(fn($level, $message, $file, $line) => throw new ErrorException($message, 0, $level, $file, $line));
$id = store_session(['a' => 1]);
$holder = hold_row($id);
try {
    session_start();
} catch (ErrorException $e) {
    for (; $e; $e = $e->getPrevious()) {
        echo preg_replace('/ \(.*/', '', $e->getMessage()), "\n";
    }
}
var_dump(session_status() === PHP_SESSION_NONE);
$holder->rollback();

session_id($id);
var_dump(session_start(), $_SESSION, is_held($id));
$_SESSION['a'] = 2;
session_write_close();
var_dump(row($id)['data'], is_held($id));
?>
--EXPECTF--
session_start(): rustdb: cannot read session %s…
bool(true)
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
string(6) "a|i:2;"
bool(false)
