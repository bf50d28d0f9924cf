--TEST--
FLUSH TABLES WITH READ LOCK while requests wait for a session holds up nobody for longer than a slice of their wait
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/global_locks.inc';

$server = new PrivateServer('t_waits_ftwrl');
hold_up($server, '$admin->query("FLUSH TABLES WITH READ LOCK"); $admin->query("UNLOCK TABLES");');
$server->run('stop');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('t_waits_ftwrl');
?>
--EXPECT--
nobody was held up
all is stored that was said to be
all four stored something
