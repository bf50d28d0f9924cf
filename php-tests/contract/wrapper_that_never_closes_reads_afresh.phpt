--TEST--
A class that never calls parent::close() reads in its next session what others have stored since
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_set_save_handler(new class extends SessionHandler {
    public function close(): bool { return true; }
});
$id = store_session(['a' => 1]);
change_row($id, "data='a|i:2;',version=2");
session_start();
var_dump($_SESSION['a'], is_held($id));
session_write_close();

// This one was not written, so its lock is still held, and the session that goes on is its own.
session_start();
session_abort();
session_start();
var_dump($_SESSION['a'], is_held($id));
$_SESSION['a'] = 3;
session_write_close();
var_dump(row($id)['data'], is_held($id));
?>
--EXPECT--
int(2)
bool(true)
int(2)
bool(true)
string(6) "a|i:3;"
bool(false)
