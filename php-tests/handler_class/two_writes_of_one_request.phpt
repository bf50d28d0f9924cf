--TEST--
Two writes of one Rustdb\Handler build upon each other in each lock mode, and neither takes away what another request has stored in between
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_twice
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

foreach (['merge', 'row', 'none'] as $lock) {
    echo "== $lock\n";
    $options = ['lock' => $lock];
    $show = fn(string $id) => json_encode(unserialize(stored($id)));
    // Nobody else is there.
    $handler = new Rustdb\Handler($options);
    $handler->read($id = framework_id());
    foreach ([['a' => 1], ['a' => 1], ['a' => 2, 'b' => 1], ['b' => 1]] as $data) {
        echo outcome(fn() => $handler->write($id, serialize($data))), ' ';
    }
    echo $show($id), "\n";
    // Another request stores before each of them. A lock has ended with the first write.
    $handler->read($id);
    $handler->write($id, serialize(['b' => 1]));
    foreach ([['b' => 1, 'c' => 1], ['b' => 1, 'c' => 1, 'd' => 1], ['c' => 1]] as $at => $data) {
        store($id, serialize(['theirs' . $at => 1] + unserialize(stored($id))));
        echo preg_replace('/Exception: .*?: /', 'Exception: ', outcome(fn() => $handler->write($id, serialize($data)))), ' ', $show($id), "\n";
    }
    // Laravel's migrate(): what was read goes on under an id that nobody has read.
    $handler = new Rustdb\Handler($options);
    $handler->read($id);
    $handler->destroy($id);
    $new = framework_id();
    echo outcome(fn() => $handler->write($new, serialize(['n' => 1]))), ' ';
    echo outcome(fn() => $handler->write($new, serialize(['n' => 1, 'm' => 1]))), ' ', $show($new), ', ', json_encode(stored($id)), "\n";
    // Two ids that one request has in its hands.
    $handler = new Rustdb\Handler($options);
    [$first, $second] = [framework_id(), framework_id()];
    store($first, serialize(['n' => 1]));
    store($second, serialize(['n' => 1]));
    $handler->read($first);
    $handler->read($second);
    echo outcome(fn() => $handler->write($first, serialize(['n' => 1, 'first' => 1]))), ' ';
    echo outcome(fn() => $handler->write($second, serialize(['n' => 1, 'second' => 1]))), ' ', $show($first), $show($second), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_twice');
?>
--EXPECT--
== merge
true true true true {"b":1}
true {"theirs0":1,"b":1,"c":1}
true {"theirs1":1,"theirs0":1,"b":1,"c":1,"d":1}
true {"theirs2":1,"theirs1":1,"theirs0":1,"c":1}
true true {"n":1,"m":1}, ""
true true {"n":1,"first":1}{"n":1,"second":1}
== row
true true true true {"b":1}
Rustdb\Exception: cannot write session ID: the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand {"theirs0":1,"b":1}
Rustdb\Exception: cannot write session ID: the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand {"theirs1":1,"theirs0":1,"b":1}
Rustdb\Exception: cannot write session ID: the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand {"theirs2":1,"theirs1":1,"theirs0":1,"b":1}
true true {"n":1,"m":1}, ""
true true {"n":1,"first":1}{"n":1,"second":1}
== none
true true true true {"b":1}
true {"b":1,"c":1}
true {"b":1,"c":1,"d":1}
true {"c":1}
true true {"n":1,"m":1}, ""
true true {"n":1,"first":1}{"n":1,"second":1}
