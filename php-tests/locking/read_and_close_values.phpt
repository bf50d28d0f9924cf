--TEST--
read_and_close is on for the values that PHP takes for true, and all others lock
--DESCRIPTION--
PHP converts the value to an integer: "abc" is 0 and locks. Since 8.5 it refuses such a string, and a negative number locks.
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
rustdb.lock_failure=readonly
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);

function try_value(mixed $value): void
{
    session_start(['read_and_close' => $value]);
    $closed = session_status() === PHP_SESSION_NONE;
    // A session that was read without its lock, though it wanted one, refuses its write.
    $_SESSION['a'] = 2;
    $wanted = false;
    set_error_handler(function (int $type, string $text) use (&$wanted): bool {
        $wanted = $wanted || str_contains($text, 'the session was read without its lock');
        return true;
    });
    session_write_close();
    restore_error_handler();
    echo json_encode($value), ': ', $closed ? 'read and closed' : 'open', $wanted ? ', its lock was wanted' : '', "\n";
}

foreach ([true, 1, 2, '1', '+1', ' 1', false, 0, '0', '-0'] as $value) {
    try_value($value);
}
// Where PHP's versions differ: what must come is said here.
$old = PHP_VERSION_ID < 80500;
foreach ([-1, '-1', '-2'] as $value) {
    ob_start();
    try_value($value);
    $said = ob_get_clean();
    echo $said === json_encode($value) . ': ' . ($old ? 'read and closed' : 'open, its lock was wanted') . "\n" ? '' : $said;
}
foreach (['1e1' => 1, '1abc' => 1, '.5e1' => 1, '' => 0, '0.9' => 0, '0e5' => 0, '0x1' => 0, '-.5' => 0, 'abc' => 0, 'true' => 0] as $value => $on) {
    ob_start();
    try {
        try_value($value);
    } catch (TypeError) {
        echo 'refused';
    }
    $said = ob_get_clean();
    $right = json_encode($value) . ': ' . ($on ? 'read and closed' : 'open, its lock was wanted') . "\n";
    echo $said === ($old ? $right : 'refused') ? '' : "$value: $said\n";
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
2: read and closed
"1": read and closed
"+1": read and closed
" 1": read and closed
false: open, its lock was wanted
0: open, its lock was wanted
"0": open, its lock was wanted
"-0": open, its lock was wanted
session_start(): Option "read_and_close" must be of type string|int|bool, null given
session_start(): Option "read_and_close" must be of type string|int|bool, float given
session_start(): Option "read_and_close" must be of type string|int|bool, array given
