--TEST--
What read_and_close has read is not used again: the next start in the request reads, and locks, what is stored then
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', '0');
    $id = store_session(['a' => 1]);
    ini_set('session.use_strict_mode', $strict);

    session_start(['read_and_close' => true]);
    change_row($id, "data='a|i:2;',version=2");
    session_start(['read_and_close' => true]);
    var_dump($_SESSION['a']);

    change_row($id, "data='a|i:3;',version=3");
    session_start();
    var_dump($_SESSION['a'], is_held($id));
    $_SESSION['a'] = 4;
    session_write_close();
    var_dump(row($id)['data']);
}
?>
--EXPECT--
int(2)
int(3)
bool(true)
string(6) "a|i:4;"
int(2)
int(3)
bool(true)
string(6) "a|i:4;"
