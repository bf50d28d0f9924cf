--TEST--
Rustdb\Handler reads and writes without open() and close(), in each lock mode: what is stored is read back, ids of 1 to 256 characters, data of any bytes
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_plain
session.gc_maxlifetime=1000
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

foreach (['merge', 'row', 'none'] as $lock) {
    echo "== $lock\n";
    foreach ([framework_id(), bin2hex(random_bytes(1))[0], str_repeat(bin2hex(random_bytes(16)), 8)] as $id) {
        $handler = new Rustdb\Handler(['lock' => $lock]);
        $steps = [$handler->read($id), $handler->write($id, 'a:1:{s:1:"n";i:1;}'), $handler->read($id)];
        $steps[] = $handler->write($id, $data = "\0\xff'\\" . random_bytes(3000));
        $steps[] = $handler->read($id) === $data && stored($id) === $data;
        $steps[] = $handler->updateTimestamp($id, $data);
        array_push($steps, $handler->destroy($id), $handler->read($id), row($id));
        echo strlen($id), ' characters: ', json_encode($steps), "\n";
    }
    // Who only writes writes over what is there, as under files.
    $id = framework_id();
    store($id, 'a:1:{s:1:"n";i:1;}');
    (new Rustdb\Handler(['lock' => $lock]))->write($id, 'a:1:{s:1:"m";i:2;}');
    echo stored($id), "\n";
    $handler = new Rustdb\Handler(['lock' => $lock]);
    foreach (['', 'a b', str_repeat('a', 257), "a\0"] as $id) {
        echo outcome(fn() => $handler->read($id)), "\n";
    }
    // An empty session leaves no row.
    echo json_encode([$handler->read($id = framework_id()), $handler->write($id, 'a:0:{}'), row($id)]), "\n";
    $row = fn(string $id) => row($id)['expires_at'] - row($id)['now'];
    $handler->write($id, 'a:1:{s:1:"n";i:1;}');
    echo 'lives ', $row($id), " s\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_plain');
?>
--EXPECT--
== merge
40 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
1 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
256 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
a:1:{s:1:"m";i:2;}
Rustdb\Exception: rustdb: cannot read a session: the session id has no characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has more than 256 characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
["",true,null]
lives 1060 s
== row
40 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
1 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
256 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
a:1:{s:1:"m";i:2;}
Rustdb\Exception: rustdb: cannot read a session: the session id has no characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has more than 256 characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
["",true,null]
lives 1060 s
== none
40 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
1 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
256 characters: ["",true,"a:1:{s:1:\"n\";i:1;}",true,true,true,true,"",null]
a:1:{s:1:"m";i:2;}
Rustdb\Exception: rustdb: cannot read a session: the session id has no characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has more than 256 characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
["",true,null]
lives 1060 s
