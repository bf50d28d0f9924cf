--TEST--
Rustdb\Handler::gc() deletes one batch of expired sessions, by each one's own expiry, says how many, and waits for nobody
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_gc
rustdb.gc_batch=5
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

$handler = new Rustdb\Handler;
foreach (range(1, 12) as $number) {
    store($ids[] = framework_id(), 'a:1:{s:1:"n";i:1;}');
}
// However short the lifetime is that it is asked for.
echo $handler->gc(0), ' of ', rows(), "\n";
foreach (array_slice($ids, 0, 11) as $id) {
    change_row($id, 'expires_at=1000000000');
}
$holder = hold_row($ids[0]);
echo implode(', ', [$handler->gc(1000), rows(), $handler->gc(1000), $handler->gc(1000), $handler->gc(1000)]), "\n";
$holder->rollback();
// One that holds a session of its own, which may be the expired one.
$own = new Rustdb\Handler(['lock' => 'row']);
$own->read($ids[0]);
echo $own->gc(1000), ' while it is held, ';
unset($own);
echo $handler->gc(1000), " when it is not\n";
// session_gc() takes all.
foreach (range(1, 12) as $number) {
    store($id = framework_id(), 'a:1:{s:1:"n";i:1;}');
    change_row($id, 'expires_at=1000000000');
}
session_set_save_handler($handler);
session_start();
echo session_gc(), ' at once, ', rows(), " left\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_gc');
?>
--EXPECT--
0 of 12
5, 7, 5, 0, 0
0 while it is held, 1 when it is not
12 at once, 1 left
