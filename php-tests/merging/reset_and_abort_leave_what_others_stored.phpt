--TEST--
session_reset() reads what is stored by now, and session_abort() writes nothing
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_reset
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    $id = trim(request('', 'session_start(); $_SESSION = ["n" => 1]; echo session_id();', $ini));
    $reset = inside($id, '$_SESSION["dropped"] = 1; session_reset(); show($argv[1]); $_SESSION["mine"] = 1', $ini);
    $abort = inside($id, '$_SESSION["n"] = "aborted"; session_abort()', $ini);
    $both = inside($id, '$_SESSION["n"] = "aborted"; session_abort(); session_start(); show($argv[1]); $_SESSION["again"] = 1', $ini);
    request($id, 'session_start(); $_SESSION["other"] = 1;', $ini);
    echo finish($abort), finish($reset), "\n", finish($both), "\n", holds($id), "\n";
    request($id, 'session_start(); session_destroy();', $ini);
    $newborn = trim(request('', 'session_start(); echo session_id();', $ini));
    echo finish(inside($newborn, '$_SESSION["n"] = 1; session_reset(); show($argv[1])', $ini)), ' ', rows(), " rows\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_reset');
?>
--EXPECT--
same id, {"n":1,"other":1}
same id, {"n":1,"other":1,"mine":1}
{"n":1,"other":1,"mine":1,"again":1}
same id, [] 0 rows
same id, {"n":1,"other":1}
same id, {"n":1,"other":1,"mine":1}
{"n":1,"other":1,"mine":1,"again":1}
same id, [] 0 rows
