--TEST--
session_regenerate_id(true) deletes the old session, and the new one takes its data on
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
    var_dump(session_regenerate_id(true), session_id() !== $old);
    $new = session_id();
    var_dump(row($old), is_held($old), row($new), is_held($new));
    session_write_close();
    var_dump(row($old), mark_of($old), row($new)['data'], is_held($new));
}
?>
--EXPECT--
strict mode: 0
bool(true)
bool(true)
NULL
bool(false)
NULL
bool(true)
NULL
string(11) "regenerated"
string(12) "a|i:1;b|i:2;"
bool(false)
strict mode: 1
bool(true)
bool(true)
NULL
bool(false)
NULL
bool(true)
NULL
string(11) "regenerated"
string(12) "a|i:1;b|i:2;"
bool(false)
