--TEST--
rustdb.host is a list: hosts that do not answer are passed over, and when all are dead each is named with its cause
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$good = '127.0.0.1:' . getenv('RUSTDB_TEST_PORT');
$dead = '127.0.0.1:' . ($port = closed_port());
$lists = ["$good", "$dead,$good", " no-such-host.invalid:3306 , $dead , $good ", "$good,$dead", "$dead,no-such-host.invalid:3306"];
foreach ($lists as $list) {
    $said = start_with(['rustdb.socket' => '', 'rustdb.host' => $list], '0123456789abcdef');
    echo str_replace($port, 'DEAD', $said);
}
?>
--EXPECTF--
started
started
started
started
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on 127.0.0.1:DEAD,no-such-host.invalid:3306): no connection: 127.0.0.1:DEAD: Connection refused (os error 111); no-such-host.invalid:3306: failed to lookup address information: %s; check that the server runs and takes writes, and rustdb.host or rustdb.socket
not started
