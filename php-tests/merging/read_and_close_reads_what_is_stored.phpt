--TEST--
read_and_close reads what is stored, keeps the id that it was given, and writes nothing
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_read_and_close
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    $id = trim(request('', 'session_start(); $_SESSION["n"] = 1; echo session_id();', $ini));
    $before = row($id);
    $first = inside($id, '$_SESSION["first"] = 1', $ini);
    $read = 'session_start(["read_and_close" => true]); show($argv[1]); $_SESSION["lost"] = 1; var_dump(session_write_close());';
    echo request($id, $read, $ini), row($id)['version'] === $before['version'] ? '' : "WRITTEN\n";
    echo finish($first);
    echo request($id, $read, $ini);
    // And a start after it reads afresh.
    echo request($id, 'session_start(["read_and_close" => true]); session_start(); show($argv[1]); $_SESSION["n"]++; session_write_close();', $ini), holds($id), "\n";
    // An id of ours whose session is empty, and a foreign one.
    $empty = trim(request('', 'session_start(); echo session_id();', $ini));
    echo request($empty, 'session_start(["read_and_close" => true]); show($argv[1]);', $ini);
    echo request(new_id(), 'session_start(["read_and_close" => true]); show($argv[1]);', $ini), rows(), " row\n";
    request($id, 'session_start(); session_destroy();', $ini);
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_read_and_close');
?>
--EXPECT--
same id, {"n":1}
bool(false)
same id, {"n":1,"first":1}
bool(false)
same id, {"n":1,"first":1}
{"n":2,"first":1}
same id, []
same id, []
1 row
same id, {"n":1}
bool(false)
same id, {"n":1,"first":1}
bool(false)
same id, {"n":1,"first":1}
{"n":2,"first":1}
same id, []
ANOTHER ID, []
1 row
