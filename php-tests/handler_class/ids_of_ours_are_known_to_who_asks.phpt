--TEST--
Rustdb\Handler makes ids that its validateId() knows for a while without a row, as strict mode does; who asks has read, and is told where it cannot be
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_ids
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

foreach (['merge', 'row', 'none'] as $lock) {
    echo "== $lock\n";
    $handler = new Rustdb\Handler(['lock' => $lock]);
    // As often as requests come.
    foreach ([1, 2] as $request) {
        $id = $handler->create_sid();
        echo 'a new one is known: ', json_encode($handler->validateId($id)), ', ';
        echo json_encode([$handler->read($id), $handler->write($id, 'a:0:{}'), row($id)]), ', ';
        // The next request brings it.
        echo 'it is known then: ', json_encode($handler->validateId($id)), ', and a stranger is not: ', json_encode($handler->validateId(new_id())), "\n";
        store($stored = framework_id(), 'a:1:{s:1:"n";i:1;}');
        echo 'stored: ', json_encode($handler->validateId($stored)), ', held: ', json_encode(is_held($stored)), ', ', $handler->read($stored), ', held: ', json_encode(is_held($stored)), ', ';
        // A new id is asked for while a session is open: it stays so.
        echo json_encode([$handler->validateId($handler->create_sid()), is_held($stored)]), ', ';
        $handler->destroy($stored);
        echo 'destroyed: ', json_encode($handler->validateId($stored)), "\n";
    }
}
$holder = new Rustdb\Handler(['lock' => 'row']);
store($id = framework_id(), 'a:1:{s:1:"n";i:1;}');
$holder->read($id);
$handler = new Rustdb\Handler(['lock' => 'row', 'lock_wait' => 0]);
echo preg_replace('/; .*/', '', outcome(fn() => $handler->validateId($id))), "\n";
$holder->close();
echo json_encode([$handler->validateId($id), $handler->read($id)]), "\n";
foreach (['', 'no id', str_repeat('a', 257)] as $wrong) {
    echo json_encode($handler->validateId($wrong)), ' ';
}
echo strlen((new Rustdb\Handler)->create_sid()), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_ids');
?>
--EXPECT--
== merge
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: false, a:1:{s:1:"n";i:1;}, held: false, [false,false], destroyed: false
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: false, a:1:{s:1:"n";i:1;}, held: false, [false,false], destroyed: false
== row
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: true, a:1:{s:1:"n";i:1;}, held: true, [false,true], destroyed: false
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: true, a:1:{s:1:"n";i:1;}, held: true, [false,true], destroyed: false
== none
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: false, a:1:{s:1:"n";i:1;}, held: false, [false,false], destroyed: false
a new one is known: false, ["",true,null], it is known then: true, and a stranger is not: false
stored: true, held: false, a:1:{s:1:"n";i:1;}, held: false, [false,false], destroyed: false
Rustdb\Exception: rustdb: cannot look up session ID: another request held the session for longer than rustdb.lock_wait=0 s
[true,"a:1:{s:1:\"n\";i:1;}"]
false false false 32
