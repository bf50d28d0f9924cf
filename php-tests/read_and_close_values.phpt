--TEST--
read_and_close is on for the values that PHP takes for true, and all others lock
--DESCRIPTION--
PHP converts the value to an integer: "abc" is 0 and locks.
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
rustdb.lock_failure=readonly
--FILE--
<?php
require __DIR__ . '/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);
$on = [true, 1, -1, 2, '1', '1e1', '+1', ' 1', '1abc', '.5e1'];
$off = [false, 0, '', '0', '0.9', '0e5', '0x1', '-.5', 'abc', 'true'];
foreach ([...$on, ...$off] as $value) {
    session_start(['read_and_close' => $value]);
    $closed = session_status() === PHP_SESSION_NONE;
    // A session that was read without its lock, though it wanted one, refuses its write.
    $_SESSION['a'] = 2;
    $warnings = 0;
    set_error_handler(function () use (&$warnings) { $warnings++; return true; });
    session_write_close();
    restore_error_handler();
    echo json_encode($value), ': ', $closed ? 'read and closed' : 'open', $warnings ? ', its lock was wanted' : '', "\n";
}

foreach ([null, 1.5, []] as $value) {
    try {
        session_start(['read_and_close' => $value]);
    } catch (TypeError $error) {
        echo $error->getMessage(), "\n";
    }
}
?>
--EXPECT--
true: read and closed
1: read and closed
-1: read and closed
2: read and closed
"1": read and closed
"1e1": read and closed
"+1": read and closed
" 1": read and closed
"1abc": read and closed
".5e1": read and closed
false: open, its lock was wanted
0: open, its lock was wanted
"": open, its lock was wanted
"0": open, its lock was wanted
"0.9": open, its lock was wanted
"0e5": open, its lock was wanted
"0x1": open, its lock was wanted
"-.5": open, its lock was wanted
"abc": open, its lock was wanted
"true": open, its lock was wanted
session_start(): Option "read_and_close" must be of type string|int|bool, null given
session_start(): Option "read_and_close" must be of type string|int|bool, float given
session_start(): Option "read_and_close" must be of type string|int|bool, array given
