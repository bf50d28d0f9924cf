--TEST--
session_regenerate_id() stores and unlocks the old session, and locks the new one before it has a row
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', '0');
    $old = store_session(['a' => 1]);
    ini_set('session.use_strict_mode', $strict);
    echo "strict mode: $strict\n";
    session_start();
    $_SESSION['b'] = 2;
    var_dump(session_regenerate_id(), session_id() !== $old);
    $new = session_id();
    var_dump(row($old)['data'], is_held($old), row($new), is_held($new));
    $_SESSION['c'] = 3;
    session_write_close();
    var_dump(row($old)['data'], row($new)['data'], is_held($new));
}
?>
--EXPECT--
strict mode: 0
bool(true)
bool(true)
string(12) "a|i:1;b|i:2;"
bool(false)
NULL
bool(true)
string(12) "a|i:1;b|i:2;"
string(18) "a|i:1;b|i:2;c|i:3;"
bool(false)
strict mode: 1
bool(true)
bool(true)
string(12) "a|i:1;b|i:2;"
bool(false)
NULL
bool(true)
string(12) "a|i:1;b|i:2;"
string(18) "a|i:1;b|i:2;c|i:3;"
bool(false)
