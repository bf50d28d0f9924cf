--TEST--
session_gc() deletes all expired sessions, batch after batch, and returns how many; live and held ones stay
--EXTENSIONS--
mysqli
--INI--
rustdb.gc_batch=10
rustdb.lock_wait=0
rustdb.table=t_session_gc
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$ids = [];
for ($age = 1; $age <= 35; $age++) {
    $ids[$age] = store_session(['a' => 1]);
    change_row($ids[$age], "expires_at=100000-$age");
}
$live = store_session(['a' => 1]);
$holder = hold_row($ids[35]);

session_start();
var_dump(session_gc(), session_gc(), is_held($live));
session_write_close();
var_dump(array_keys(array_filter($ids, row(...))), row($live) !== null);

$holder->rollback();
session_start();
var_dump(session_gc(), rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_session_gc');
?>
--EXPECT--
int(34)
int(0)
bool(true)
array(1) {
  [0]=>
  int(35)
}
bool(true)
int(1)
int(1)
