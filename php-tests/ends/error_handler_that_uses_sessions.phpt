--TEST--
An error handler may end the session whose write has failed, and use others
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
rustdb.lock_failure=readonly
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$log = new_id();
$ways = [
    'aborts' => fn() => session_abort(),
    'writes again' => fn() => session_write_close(),
    'destroys' => fn() => @session_destroy(),
    'logs into another session' => function () use ($log) {
        session_abort();
        session_id($log);
        session_start();
        $_SESSION['errors'] = ($_SESSION['errors'] ?? 0) + 1;
        session_write_close();
    },
];
foreach ($ways as $what => $handle) {
    $id = store_session(['a' => 1]);
    $holder = hold_row($id);
    session_start();
    $holder->rollback();
    $_SESSION['a'] = 2;
    set_error_handler(function ($level, $message) use ($handle) {
        restore_error_handler();
        $handle();
        return true;
    });
    @session_write_close();
    echo $what, ': ', row($id)['data'] ?? 'gone', ', ', is_held($id) ? 'LOCKED' : 'unlocked', "\n";
    session_status() === PHP_SESSION_ACTIVE && session_abort();
}
var_dump(row($log)['data']);

session_id($id);
session_start();
var_dump($_SESSION);
?>
--EXPECT--
aborts: a|i:1;, unlocked
writes again: a|i:1;, unlocked
destroys: gone, unlocked
logs into another session: a|i:1;, unlocked
string(11) "errors|i:1;"
array(1) {
  ["a"]=>
  int(1)
}
