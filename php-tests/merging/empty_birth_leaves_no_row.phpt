--TEST--
A new session that is left empty leaves no row; one that was emptied stays
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_empty
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['php', 'php_serialize', 'php_binary'] as $format) {
    foreach (['0', '1'] as $strict) {
        $ini = ['session.use_strict_mode' => $strict, 'session.serialize_handler' => $format];
        $id = trim(request('', 'session_start(); $_SESSION["a"] = 1; unset($_SESSION["a"]); session_write_close(); echo session_id();', $ini));
        echo at_once($id, ['', '', '$_SESSION = []'], $ini), rows(), ' rows, ', request($id, 'session_start(); show($argv[1]);', $ini);
        // One of them stores something, and the one that leaves it empty does not undo that.
        echo at_once($id, ['$_SESSION["a"] = 1', ''], $ini);
        echo rows(), ' row, ', request($id, 'session_start(); show($argv[1]);', $ini);
        request($id, 'session_start(); $_SESSION = [];', $ini);
        echo rows(), ' row, ', request($id, 'session_start(); show($argv[1]);', $ini);
        request($id, 'session_start(); session_destroy();', $ini);
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_empty');
?>
--EXPECT--
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
0 rows, same id, []
1 row, same id, {"a":1}
1 row, same id, []
