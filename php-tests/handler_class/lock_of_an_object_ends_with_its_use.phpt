--TEST--
A row lock of a Rustdb\Handler ends with write, destroy, close, another read and the object's end, whichever is first; merge and none hold nothing
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_lock
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

$ends = [
    'write' => fn($handler, $id) => $handler->write($id, 'a:1:{s:1:"n";i:2;}'),
    'write of what was read' => fn($handler, $id) => $handler->write($id, 'a:1:{s:1:"n";i:1;}'),
    'refused write' => fn($handler, $id) => outcome(fn() => $handler->write($id, str_repeat('x', 40_000_000))),
    'updateTimestamp' => fn($handler, $id) => $handler->updateTimestamp($id, 'a:1:{s:1:"n";i:1;}'),
    'destroy' => fn($handler, $id) => $handler->destroy($id),
    'close' => fn($handler, $id) => $handler->close(),
    'another read' => fn($handler, $id) => $handler->read(framework_id()),
    'write of another' => fn($handler, $id) => $handler->write(framework_id(), 'a'),
    'another constructor' => fn($handler, $id) => $handler->__construct(),
];
foreach (['row', 'merge', 'none'] as $lock) {
    foreach ($ends as $name => $end) {
        store($id = framework_id(), 'a:1:{s:1:"n";i:1;}');
        $handler = new Rustdb\Handler(['lock' => $lock]);
        $handler->read($id);
        $before = is_held($id) ? 'held' : 'free';
        $end($handler, $id);
        echo "$lock, $name: $before, ", is_held($id) ? 'HELD' : 'free', "\n";
    }
    store($id = framework_id(), 'a');
    $handler = new Rustdb\Handler(['lock' => $lock]);
    $handler->read($id);
    $before = is_held($id) ? 'held' : 'free';
    unset($handler);
    echo "$lock, the object's end: $before, ", is_held($id) ? 'HELD' : 'free', "\n";
    // A cycle's end is PHP's garbage collector's.
    $cycle = new stdClass;
    $cycle->handler = new Rustdb\Handler(['lock' => $lock]);
    $cycle->self = $cycle;
    $cycle->handler->read($id);
    unset($cycle);
    gc_collect_cycles();
    echo "$lock, garbage: ", is_held($id) ? 'HELD' : 'free', "\n";
}
// What is held is held from others: they wait, and are told who has it.
$holder = new Rustdb\Handler(['lock' => 'row']);
$holder->read($id);
$waiter = new Rustdb\Handler(['lock' => 'row', 'lock_wait' => 0]);
echo preg_replace('/\(.*\)/', '(WHO)', outcome(fn() => $waiter->read($id))), "\n";
echo outcome(fn() => $waiter->write($id, 'b')), "\n";
$holder->write($id, 'c');
echo outcome(fn() => $waiter->read($id)), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_lock');
?>
--EXPECT--
row, write: held, free
row, write of what was read: held, free
row, refused write: held, free
row, updateTimestamp: held, free
row, destroy: held, free
row, close: held, free
row, another read: held, free
row, write of another: held, free
row, another constructor: held, free
row, the object's end: held, free
row, garbage: free
merge, write: free, free
merge, write of what was read: free, free
merge, refused write: free, free
merge, updateTimestamp: free, free
merge, destroy: free, free
merge, close: free, free
merge, another read: free, free
merge, write of another: free, free
merge, another constructor: free, free
merge, the object's end: free, free
merge, garbage: free
none, write: free, free
none, write of what was read: free, free
none, refused write: free, free
none, updateTimestamp: free, free
none, destroy: free, free
none, close: free, free
none, another read: free, free
none, write of another: free, free
none, another constructor: free, free
none, the object's end: free, free
none, garbage: free
Rustdb\Exception: rustdb: cannot read session ID: another request held the session for longer than rustdb.lock_wait=0 s; shorten the request that holds it, call session_write_close(WHO) earlier there, or raise rustdb.lock_wait
Rustdb\Exception: rustdb: cannot write session ID: the session could not be read before, and this write would replace what is stored; the changes were not stored
"c"
