--TEST--
SET GLOBAL read_only=1, with which a switchover begins, while requests wait for a session holds up nobody
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/global_locks.inc';

$server = new PrivateServer('t_waits_read_only');
hold_up($server, '$admin->query("SET GLOBAL read_only=1");');
$server->run('stop');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('t_waits_read_only');
?>
--EXPECT--
nobody was held up
all is stored that was said to be
some were told that the server is read-only
