--TEST--
Where rustdb.lock is lease a Rustdb\Handler leases its sessions, and its lease ends as a lock does
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.table=t_class_lease
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

$ends = [
    'write' => fn($handler, $id) => $handler->write($id, 'a:1:{s:1:"n";i:2;}'),
    'write of what was read' => fn($handler, $id) => $handler->write($id, 'a:1:{s:1:"n";i:1;}'),
    'destroy' => fn($handler, $id) => $handler->destroy($id),
    'close' => fn($handler, $id) => $handler->close(),
    'another read' => fn($handler, $id) => $handler->read(framework_id()),
];
foreach ([[], ['lock' => 'lease']] as $options) {
    foreach ($ends as $name => $end) {
        store($id = framework_id(), 'a:1:{s:1:"n";i:1;}');
        $handler = new Rustdb\Handler($options);
        $handler->read($id);
        $before = lease($id) > 0 ? 'leased' : 'FREE';
        $end($handler, $id);
        echo "$name: $before, ", lease($id) > 0 ? 'LEASED' : 'free', "\n";
    }
}
store($id = framework_id(), 'a');
$handler = new Rustdb\Handler;
$handler->read($id);
$waiter = new Rustdb\Handler(['lock_wait' => 0]);
echo preg_replace('/ \(.*?\)/', '', outcome(fn() => $waiter->read($id))), "\n";
unset($handler);
echo lease($id) > 0 ? 'LEASED' : 'free', ', ', outcome(fn() => $waiter->read($id)), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_lease');
?>
--EXPECT--
write: leased, free
write of what was read: leased, free
destroy: leased, free
close: leased, free
another read: leased, free
write: leased, free
write of what was read: leased, free
destroy: leased, free
close: leased, free
another read: leased, free
Rustdb\Exception: rustdb: cannot read session ID: another request held the session for longer than rustdb.lock_wait=0 s; shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
free, "a"
