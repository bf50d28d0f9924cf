--TEST--
PHP's own gc deletes one batch, the oldest rows first, and skips rows that other requests hold
--EXTENSIONS--
mysqli
--INI--
session.gc_probability=1
session.gc_divisor=1
rustdb.gc_batch=10
rustdb.lock_wait=0
rustdb.table=t_gc_batch
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$ids = [];
for ($age = 1; $age <= 25; $age++) {
    ini_set('session.gc_probability', '0');
    $ids[$age] = store_session(['a' => 1]);
    change_row($ids[$age], "expires_at=100000-$age");
}
$live = store_session(['a' => 1]);
$holders = [hold_row($ids[25]), hold_row($ids[20])];

ini_set('session.gc_probability', '1');
session_id($live);
var_dump(session_start());
session_write_close();
// 25 and 20 are held, so the ten oldest of the others go.
echo 'left: ', implode(' ', array_keys(array_filter($ids, row(...)))), "\n";
var_dump(row($live) !== null);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_gc_batch');
?>
--EXPECT--
bool(true)
left: 1 2 3 4 5 6 7 8 9 10 11 12 13 20 25
bool(true)
