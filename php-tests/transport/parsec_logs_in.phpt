--TEST--
MariaDB's parsec logs in over TLS, plain TCP and the socket
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
require __DIR__ . '/../inc/common.inc';
// From MariaDB 11.6 on the server brings it.
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mariadb' || admin()->query('SELECT CAST(VERSION() AS DECIMAL(4,2))')->fetch_column() < 11.6) {
    die('skip for MariaDB from 11.6 on');
}
?>
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('parsec');
$admin = $server->server->admin();
$socket = private_server_folder('parsec') . '/db.sock';
$admin->query("INSTALL SONAME 'auth_parsec'");
foreach (['127.0.0.1', 'localhost'] as $host) {
    $admin->query("CREATE USER 't_parsec'@'$host' IDENTIFIED VIA parsec USING PASSWORD('correct-horse')");
    $admin->query("GRANT ALL ON rustdb_test.* TO 't_parsec'@'$host'");
}
$ways = ['TLS' => [], 'plain TCP' => ['rustdb.ssl_mode' => 'disabled'], 'socket' => ['rustdb.socket' => $socket]];
foreach ($ways as $way => $ini) {
    echo "$way: ", $server->start($ini + ['rustdb.user' => 't_parsec']);
}
echo 'wrong password: ', $server->start(['rustdb.user' => 't_parsec', 'rustdb.password' => 'wrong-horse']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('parsec');
?>
--EXPECT--
TLS: TLS 1.3
plain TCP: not encrypted
socket: not encrypted
wrong password: the server says 1045: Access denied for user 't_parsec'@'127.0.0.1' (using password: NO), over TLS without a client certificate; check rustdb.user, its password and its grants
