--TEST--
With rustdb.lock_wait=0 a write still merges, however many write at the same moment
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_wait_0
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 1], new_id());
$loop = fn(int $number) => "for (\$i = 0; \$i < 20; \$i++) { session_start(); \$_SESSION['k$number'][] = \$i; session_write_close(); }";
echo side_by_side($id, array_map($loop, range(1, 10)));
$found = json_decode(holds($id), true);
unset($found['n']);
echo count($found), ' keys, ', implode(' ', array_unique(array_map(count(...), $found))), " entries each\n";
// Births, too.
echo side_by_side($id = new_id(), array_map(fn($number) => "session_start(); \$_SESSION['k$number'] = 1; session_write_close();", range(1, 10)));
echo count(json_decode(holds($id), true)), " keys\n";
// One that is locked by a request under row is not waited for for long.
$locked = inside($id, '', ['rustdb.lock' => 'row']);
echo request($id, 'session_start(); $_SESSION["late"] = 1; session_write_close();', []);
$locked->say();
echo $locked->end();
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_wait_0');
?>
--EXPECT--
10 keys, 20 entries each
10 keys
WARNING another request held the session for longer than rustdb.lock_wait=0 s; shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
