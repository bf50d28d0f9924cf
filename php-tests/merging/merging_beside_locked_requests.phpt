--TEST--
A merging write waits for a request that has the row locked, and a row lock sees what was merged
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_mixed
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$row = ['rustdb.lock' => 'row'];
$id = store_session(['n' => 1], new_id());
// The locked request is inside, and one that merges comes and goes on without it, until it writes.
$locked = inside($id, '$_SESSION["checkout"] = $_SESSION["n"]', $row);
$merging = new OtherProcess(SHOW_WARNINGS . 'session_start(); $_SESSION["poll"] = 1; tell(json_encode($_SESSION)); session_write_close(); tell("written");', [$id]);
echo 'it reads ', $merging->hear();
wait_until(fn() => waiters($id) === 1);
echo ' and waits to write: stored is ', holds($id), "\n";
$locked->say();
echo $locked->end(), $merging->hear(), ': ', holds($id), is_held($id) ? ' LOCKED' : '', "\n";
echo $merging->end();

// One that merges is inside, a locked one comes and writes, and both are kept; the next lock sees all.
$merging = inside($id, '$_SESSION["poll"]++; $_SESSION["merged"] = 1');
echo request($id, 'session_start(); $_SESSION["n"]++; session_write_close();', $row), finish($merging);
echo request($id, 'session_start(); show($argv[1]);', $row);

// Two that wait for the same lock, one to write and one to read: whoever is first, both are kept.
$locked = inside($id, '$_SESSION["first"] = 1', $row);
$merging = inside($id, '$_SESSION["between"] = 1');
$merging->say();
wait_until(fn() => waiters($id) === 1);
$waiter = new OtherProcess(SHOW_WARNINGS . 'session_start(); $_SESSION["second"] = 1; session_write_close();', [$id], $row);
wait_until(fn() => waiters($id) === 2);
$locked->say();
echo $locked->end(), $merging->end(), $waiter->end();
$found = json_decode(holds($id), true);
ksort($found);
echo json_encode($found), "\n";

// The wait ends after rustdb.lock_wait, with a warning, and nothing is stored.
$locked = inside($id, '', $row);
echo request($id, 'session_start(); $_SESSION["late"] = 1; session_write_close();', ['rustdb.lock_wait' => '1']);
$locked->say();
echo $locked->end(), holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_mixed');
?>
--EXPECT--
it reads {"n":1,"poll":1} and waits to write: stored is {"n":1}
written: {"n":1,"checkout":1,"poll":1}
same id, {"n":2,"checkout":1,"poll":2,"merged":1}
{"between":1,"checkout":1,"first":1,"merged":1,"n":2,"poll":2,"second":1}
WARNING another request held the session for longer than rustdb.lock_wait=1 s; shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
{"n":2,"checkout":1,"poll":2,"merged":1,"first":1,"second":1,"between":1}
