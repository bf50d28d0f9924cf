--TEST--
MySQL's caching_sha2_password logs in over TLS, over the socket and over plain TCP, be the server's cache cold or warm; other plugins are named
--EXTENSIONS--
mysqli
posix
--SKIPIF--
<?php
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mysql') die('skip for MySQL');
?>
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('sha2');
$admin = $server->server->admin();
$socket = private_server_folder('sha2') . '/db.sock';
function account(string $user, string $how): void
{
    foreach (['127.0.0.1', 'localhost'] as $host) {
        $GLOBALS['admin']->query("CREATE USER '$user'@'$host' IDENTIFIED $how");
        $GLOBALS['admin']->query("GRANT ALL ON rustdb_test.* TO '$user'@'$host'");
    }
}
$ways = [
    'TLS' => [],
    'checked TLS' => ['rustdb.ssl_mode' => 'verify_identity', 'rustdb.ssl_ca' => certificate('ca.pem')],
    'socket' => ['rustdb.socket' => $socket],
    'plain TCP' => ['rustdb.ssl_mode' => 'disabled'],
];
// A password that is longer than the salt, and one that is none.
foreach (['t_sha2' => 'a horse, a correct battery and a staple, all of them', 't_none' => ''] as $user => $password) {
    account($user, "WITH caching_sha2_password BY '$password'");
    foreach ($ways as $way => $ini) {
        $ini += ['rustdb.user' => $user, 'rustdb.password' => $password];
        $admin->query('FLUSH PRIVILEGES'); // forgets whom it knows
        echo "$user, $way, cold: ", $server->start($ini);
        echo "$user, $way, warm: ", $server->start($ini);
    }
}
$admin->query('FLUSH PRIVILEGES');
foreach ($ways as $way => $ini) {
    echo "$way, wrong password: ", $server->start($ini + ['rustdb.user' => 't_sha2', 'rustdb.password' => 'wrong-horse']);
}

$me = posix_getpwuid(posix_geteuid())['name'];
$admin->query("INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'");
account('t_os', "WITH auth_socket AS '$me'");
account('t_other', "WITH auth_socket AS 'nobody-of-this-name'");
foreach (['t_os', 't_other'] as $user) {
    echo "$user, socket: ", $server->start(['rustdb.socket' => $socket, 'rustdb.user' => $user, 'rustdb.password' => '']);
}
account('t_sha256', "WITH sha256_password BY 'correct-horse'");
echo 'sha256_password: ', $server->start(['rustdb.user' => 't_sha256']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('sha2');
?>
--EXPECT--
t_sha2, TLS, cold: TLS 1.3
t_sha2, TLS, warm: TLS 1.3
t_sha2, checked TLS, cold: TLS 1.3
t_sha2, checked TLS, warm: TLS 1.3
t_sha2, socket, cold: not encrypted
t_sha2, socket, warm: not encrypted
t_sha2, plain TCP, cold: not encrypted
t_sha2, plain TCP, warm: not encrypted
t_none, TLS, cold: TLS 1.3
t_none, TLS, warm: TLS 1.3
t_none, checked TLS, cold: TLS 1.3
t_none, checked TLS, warm: TLS 1.3
t_none, socket, cold: not encrypted
t_none, socket, warm: not encrypted
t_none, plain TCP, cold: not encrypted
t_none, plain TCP, warm: not encrypted
TLS, wrong password: the server says 1045: Access denied for user 't_sha2'@'127.0.0.1' (using password: YES), over TLS without a client certificate; check rustdb.user, its password and its grants
checked TLS, wrong password: the server says 1045: Access denied for user 't_sha2'@'127.0.0.1' (using password: YES), over TLS without a client certificate; check rustdb.user, its password and its grants
socket, wrong password: the server says 1045: Access denied for user 't_sha2'@'localhost' (using password: YES); check rustdb.user, its password and its grants
plain TCP, wrong password: the server says 1045: Access denied for user 't_sha2'@'127.0.0.1' (using password: YES), without TLS; check rustdb.user, its password and its grants
t_os, socket: not encrypted
t_other, socket: the server says 1698: Access denied for user 't_other'@'localhost'; check rustdb.user, its password and its grants
sha256_password: the server asks for the authentication plugin sha256_password, which rustdb does not speak (MySQL also does that for a user that does not exist); check rustdb.user and the plugin of its account
