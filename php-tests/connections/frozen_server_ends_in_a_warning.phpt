--TEST--
A server that takes a command and never answers is given up after lock_wait and connect_timeout; a warning names what is lost
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=1
rustdb.connect_timeout=1
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$frozen = [
    'execute select for update' => 'session_abort();',
    'update, commit' => '$_SESSION["n"] = 2; session_write_close();',
    'rollback' => 'session_write_close();',
    'delete, commit' => 'session_destroy();',
];
foreach ($frozen as $command => $code) {
    $visitor = new Visitor();
    $visitor->proxy->order('freeze', $command);
    $begin = microtime(true);
    $visitor->send("session_id('$id'); if (session_start()) { $code }");
    echo "$command: ", microtime(true) - $begin < 15 ? 'in time' : 'LATE', "\n";
    unset($visitor);
    wait_until(fn() => !is_held($id));
}
?>
--EXPECTF--
execute select for update: in time

Warning: session_start(): rustdb: cannot read session %x… (table rustdb_test.rustdb_sessions on 127.0.0.1:%d): the server did not answer in time (read timeout); check the server's load and the network in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
update, commit: in time

Warning: session_write_close(): rustdb: cannot write session %x… (table rustdb_test.rustdb_sessions on 127.0.0.1:%d): the server did not answer in time (read timeout); the change was sent, and whether it happened is not known; check the server's load and the network in %s on line %d
rollback: in time
delete, commit: in time

Warning: session_destroy(): rustdb: cannot destroy session %x… (table rustdb_test.rustdb_sessions on 127.0.0.1:%d): the server did not answer in time (read timeout); check the server's load and the network in %s on line %d

Warning: session_destroy(): Session object destruction failed in %s on line %d
