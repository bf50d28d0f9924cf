--TEST--
A session that a Rustdb\Handler has destroyed is not brought back by requests that are under way, whether they had found it or not
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_dead
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

foreach (['merge', 'none'] as $lock) {
    echo "== $lock\n";
    $options = ['lock' => $lock];
    foreach (['found' => 'a:1:{s:1:"n";i:1;}', 'not found' => null] as $name => $data) {
        $id = framework_id();
        if ($data !== null) {
            store($id, $data);
        }
        [$under_way, $changes, $ends] = [new Rustdb\Handler($options), new Rustdb\Handler($options), new Rustdb\Handler($options)];
        $under_way->read($id);
        $changes->read($id);
        $ends->read($id);
        echo "$name: ", outcome(fn() => $ends->destroy($id)), ', ', mark_of($id), "\n";
        echo 'unchanged: ', $data === null ? 'nothing' : outcome(fn() => $under_way->write($id, $data)), "\n";
        echo 'changed: ', outcome(fn() => $changes->write($id, 'a:1:{s:1:"n";i:2;}')), "\n";
        echo 'stored: ', json_encode(stored($id)), ' ', json_encode(row($id)), "\n";
        // Who comes later finds a stranger's id, under which a session of its own may begin.
        echo 'later: ', json_encode([(new Rustdb\Handler)->validateId($id), stored($id)]), "\n";
    }
    echo 'twice: ', outcome(fn() => $ends->destroy($id)), ', never there: ', outcome(fn() => $ends->destroy(framework_id())), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_dead');
?>
--EXPECT--
== merge
found: true, gone
unchanged: true
changed: Rustdb\Exception: rustdb: cannot write session ID: the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored
stored: "" null
later: [false,""]
not found: true, gone
unchanged: nothing
changed: Rustdb\Exception: rustdb: cannot write session ID: the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored
stored: "" null
later: [false,""]
twice: true, never there: true
== none
found: true, gone
unchanged: true
changed: Rustdb\Exception: rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
stored: "" null
later: [false,""]
not found: true, gone
unchanged: nothing
changed: Rustdb\Exception: rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
stored: "" null
later: [false,""]
twice: true, never there: true
