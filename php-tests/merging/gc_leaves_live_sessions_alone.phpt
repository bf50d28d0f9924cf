--TEST--
gc in a request that merges collects what has expired, and nothing that is live or that somebody is inside of
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_gc
session.gc_divisor=1
rustdb.gc_batch=10
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$live = array_map(fn() => store_session(['n' => 1], new_id()), range(1, 5));
$expired = array_map(fn() => store_session(['n' => 1], new_id()), range(1, 25));
foreach ($expired as $age => $id) {
    change_row($id, 'expires_at=' . 100_000 + $age);
}
$requests = array_map(fn($id) => inside($id, '$_SESSION["mine"] = 1'), $live);
$collect = ['session.gc_probability' => '1'];
$counted = 'session_write_close(); echo Rustdb\status()["counters"]["collected_rows"], " collected, ", Rustdb\status()["pool"]["in_use"], " in use\n";';
echo request($live[0], "session_start(); \$_SESSION['gc'] = 1; $counted", $collect), rows(), " rows\n";
echo request($live[1], 'session_start(); $_SESSION["gc"] = session_gc();', []), rows(), " rows\n";
echo implode('', array_map(finish(...), $requests)), implode(' ', array_map(holds(...), $live)), "\n";
// One that has expired while somebody was inside is written as long as it is there, and refused when gc has taken it.
$requests = array_map(fn($id) => inside($id, '$_SESSION["mine"] = 2'), array_slice($live, 0, 2));
change_row($live[0], 'expires_at=1');
change_row($live[1], 'expires_at=1');
echo 'still there: ', finish($requests[0]), holds($live[0]), "\n";
request($live[2], 'session_start();', $collect);
echo 'collected: ', finish($requests[1]), ', ', rows(), " rows\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_gc');
?>
--EXPECT--
10 collected, 0 in use
20 rows
5 rows
{"n":1,"gc":1,"mine":1} {"n":1,"gc":15,"mine":1} {"n":1,"mine":1} {"n":1,"mine":1} {"n":1,"mine":1}
still there: {"n":1,"gc":1,"mine":2}
collected: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored, 4 rows
