--TEST--
gc in a request takes one round trip on a connection of its own; session_gc() one for each ten rows
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_budget_gc
rustdb.gc_batch=15
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$start = "session_id('$id'); session_start(";
$visitor = new Visitor();
$sometimes = "['gc_probability' => 1, 'gc_divisor' => 1]";
// The first one opens gc's connection.
$visitor->send("$start $sometimes); session_abort();");
$visitor->visit('nothing expired, gc', "$start $sometimes); session_abort();");
for ($i = 0; $i < 40; $i++) {
    change_row(store_session(['n' => 1]), 'expires_at=5');
}
$visitor->visit('40 expired, gc', "$start $sometimes); session_abort();");
$visitor->visit('25 expired, session_gc()', "$start); session_gc(); session_abort();");
echo rows(), " left\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_budget_gc');
?>
--EXPECT--
nothing expired, gc: 4 = execute select for update | select, delete for update | update for update | rollback
40 expired, gc: 4 = execute select for update | select, delete for update | update for update | rollback
25 expired, session_gc(): 7 = execute select for update | select, delete for update | update for update | select, delete for update | select, delete for update | update for update | rollback
1 left
