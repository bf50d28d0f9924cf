--TEST--
MariaDB's mysql_native_password, ed25519 and unix_socket log in over TLS, plain TCP and the socket; other plugins are named
--EXTENSIONS--
mysqli
posix
--SKIPIF--
<?php
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mariadb') die('skip for MariaDB');
?>
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('auth');
$admin = $server->server->admin();
$socket = private_server_folder('auth') . '/db.sock';
$admin->query("INSTALL SONAME 'auth_ed25519'");
$admin->query("INSTALL SONAME 'auth_pam'");
$me = posix_getpwuid(posix_geteuid())['name'];
$accounts = [
    't_native' => "VIA mysql_native_password USING PASSWORD('correct-horse')",
    't_ed25519' => "VIA ed25519 USING PASSWORD('correct-horse')",
    't_either' => "VIA ed25519 USING PASSWORD('another-horse') OR mysql_native_password USING PASSWORD('correct-horse')",
    't_pam' => 'VIA pam',
];
foreach ($accounts as $user => $how) {
    foreach (['127.0.0.1', 'localhost'] as $host) {
        $admin->query("CREATE USER '$user'@'$host' IDENTIFIED $how");
        $admin->query("GRANT ALL ON rustdb_test.* TO '$user'@'$host'");
    }
}
$ways = ['TLS' => [], 'plain TCP' => ['rustdb.ssl_mode' => 'disabled'], 'socket' => ['rustdb.socket' => $socket]];
foreach ($accounts as $user => $how) {
    foreach ($ways as $way => $ini) {
        echo "$user, $way: ", $server->start($ini + ['rustdb.user' => $user]);
    }
    echo "$user, wrong password: ", $server->start(['rustdb.user' => $user, 'rustdb.password' => 'wrong-horse']);
}

// The account whose name is that of the tests' own user in the system; the server may have it already.
$admin->query("CREATE OR REPLACE USER '$me'@'localhost' IDENTIFIED VIA unix_socket");
$admin->query("GRANT ALL ON rustdb_test.* TO '$me'@'localhost'");
echo 'unix_socket: ', $server->start(['rustdb.socket' => $socket, 'rustdb.user' => $me, 'rustdb.password' => '']);
$admin->query("CREATE USER 't_nobody'@'localhost' IDENTIFIED VIA unix_socket");
echo 'unix_socket of another user: ', $server->start(['rustdb.socket' => $socket, 'rustdb.user' => 't_nobody']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('auth');
?>
--EXPECT--
t_native, TLS: TLS 1.3
t_native, plain TCP: not encrypted
t_native, socket: not encrypted
t_native, wrong password: the server says 1045: Access denied for user 't_native'@'127.0.0.1' (using password: YES), over TLS without a client certificate; check rustdb.user, its password and its grants
t_ed25519, TLS: TLS 1.3
t_ed25519, plain TCP: not encrypted
t_ed25519, socket: not encrypted
t_ed25519, wrong password: the server says 1045: Access denied for user 't_ed25519'@'127.0.0.1' (using password: YES), over TLS without a client certificate; check rustdb.user, its password and its grants
t_either, TLS: the server does not take the password by the first of the account's authentication plugins, and rustdb tries no other; check rustdb.password, or give the account of rustdb.user one plugin
t_either, plain TCP: the server does not take the password by the first of the account's authentication plugins, and rustdb tries no other; check rustdb.password, or give the account of rustdb.user one plugin
t_either, socket: the server does not take the password by the first of the account's authentication plugins, and rustdb tries no other; check rustdb.password, or give the account of rustdb.user one plugin
t_either, wrong password: the server does not take the password by the first of the account's authentication plugins, and rustdb tries no other; check rustdb.password, or give the account of rustdb.user one plugin
t_pam, TLS: the server asks for the authentication plugin dialog, which rustdb does not speak (MySQL also does that for a user that does not exist); check rustdb.user and the plugin of its account
t_pam, plain TCP: the server asks for the authentication plugin dialog, which rustdb does not speak (MySQL also does that for a user that does not exist); check rustdb.user and the plugin of its account
t_pam, socket: the server asks for the authentication plugin dialog, which rustdb does not speak (MySQL also does that for a user that does not exist); check rustdb.user and the plugin of its account
t_pam, wrong password: the server asks for the authentication plugin dialog, which rustdb does not speak (MySQL also does that for a user that does not exist); check rustdb.user and the plugin of its account
unix_socket: not encrypted
unix_socket of another user: the server says 1698: Access denied for user 't_nobody'@'localhost'; check rustdb.user, its password and its grants
