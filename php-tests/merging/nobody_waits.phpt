--TEST--
Nobody waits: a second request reads and writes while the first is inside, and a third that only reads does, too
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_waits
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 1], new_id());
$first = inside($id, '$_SESSION["first"] = 1');
// It would give up at once if it had to wait.
echo 'the second finds ', request($id, 'session_start(); show($argv[1]); $_SESSION["second"] = 2; session_write_close();', []);
echo 'the third finds ', request($id, 'session_start(); show($argv[1]);', []);
echo 'stored while the first is inside: ', holds($id), is_held($id) ? ' LOCKED' : '', "\n";
echo finish($first), 'stored in the end: ', holds($id), is_held($id) ? ' LOCKED' : '', "\n";

// Neither does who only reads count a wait, nor who merges.
$counts = 'session_start(); $_SESSION[$argv[1]] = 1; session_write_close(); echo Rustdb\status()["counters"]["lock_timeouts"], "\n";';
echo 'timeouts: ', request($id, $counts, []);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_waits');
?>
--EXPECT--
the second finds same id, {"n":1}
the third finds same id, {"n":1,"second":2}
stored while the first is inside: {"n":1,"second":2}
stored in the end: {"n":1,"second":2,"first":1}
timeouts: 0
