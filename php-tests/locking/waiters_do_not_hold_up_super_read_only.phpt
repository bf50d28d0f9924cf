--TEST--
SET GLOBAL super_read_only=1 of MySQL while requests wait for a session holds up nobody
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mysql') {
    die('skip only MySQL has it');
}
?>
--FILE--
<?php
require __DIR__ . '/../inc/global_locks.inc';

$server = new PrivateServer('t_waits_super');
hold_up($server, '$admin->query("SET GLOBAL super_read_only=1");');
$server->run('stop');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('t_waits_super');
?>
--EXPECT--
nobody was held up
all is stored that was said to be
some were told that the server is read-only
