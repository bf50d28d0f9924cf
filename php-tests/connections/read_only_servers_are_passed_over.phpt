--TEST--
A read-only server is passed over for the next host; alone it is named; one that becomes read-only is left without the session noticing
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$writable = '127.0.0.1:' . getenv('RUSTDB_TEST_PORT');
$server = new PrivateServer('read_only');
$admin = $server->admin(); // From here on SERVER is the private one.
$host = $server->host();
$settings = ['rustdb.socket' => '', 'rustdb.host' => "$host,$writable"];
$id = new_id();

$visits = new OtherProcess(<<<'PHP'
    session_id($argv[1]);
    while (listen() === 'visit') {
        if (session_start()) {
            $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
            session_write_close();
            tell("n=$_SESSION[n]");
        } else {
            tell('not started');
        }
        session_id($argv[1]);
    }
    PHP, [$id], $settings);
$visits->say('visit');
echo 'writable: ', $visits->hear(), "\n";
$admin->query('SET GLOBAL read_only=1');

echo "alone:\n", start_with(['rustdb.host' => $host] + $settings, '0123456789abcdef');
echo "before a writable one:\n", start_with($settings, $id);

echo "a pooled connection to one that has become read-only:\n";
$visits->say('visit');
echo $visits->hear(), "\n";
echo $visits->end();
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('read_only');
?>
--EXPECTF--
writable: n=1
alone:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on SERVER): no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket
not started
before a writable one:
started
a pooled connection to one that has become read-only:
n=1
