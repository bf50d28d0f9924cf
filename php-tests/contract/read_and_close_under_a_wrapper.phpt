--TEST--
read_and_close waits for no lock under a class that extends SessionHandler, too
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

// A function of the application between PHP's session_start() and the save handler.
function session_storage_call(callable $call): mixed
{
    return $call();
}

$id = store_session(['a' => 1]);
session_set_save_handler(new class extends SessionHandler {
    public function read(string $id): string|false
    {
        return session_storage_call(fn() => parent::read($id));
    }
});
$holder = hold_row($id);
session_id($id);
var_dump(session_start(['read_and_close' => true]), $_SESSION, session_status() === PHP_SESSION_NONE);
$holder->rollback();

session_start();
var_dump(is_held($id));
?>
--EXPECT--
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
bool(true)
