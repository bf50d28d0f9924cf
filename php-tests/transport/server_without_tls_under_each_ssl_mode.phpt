--TEST--
A server without TLS is taken by disabled and preferred alone; over a Unix socket rustdb.ssl_mode does not matter
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$off = ['mariadb' => '--skip-ssl', 'mysql' => '--tls-version='][getenv('RUSTDB_TEST_FLAVOR')];
$server = new PrivateServer('without_tls', $off);
$socket = private_server_folder('without_tls') . '/db.sock';
foreach (['disabled', 'preferred', 'required', 'verify_ca', 'verify_identity'] as $mode) {
    $ini = ['rustdb.ssl_mode' => $mode, 'rustdb.ssl_ca' => str_starts_with($mode, 'verify') ? certificate('ca.pem') : ''];
    echo "$mode: ", start_over_tcp($ini + $server->settings());
    echo "$mode, socket: ", start_over_tcp(['rustdb.socket' => $socket] + $ini + $server->settings());
}
// Nobody reads what a socket does not need.
echo 'no CA, socket: ', start_over_tcp(['rustdb.socket' => $socket, 'rustdb.ssl_mode' => 'verify_ca', 'rustdb.ssl_ca' => '']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('without_tls');
?>
--EXPECT--
disabled: not encrypted
disabled, socket: not encrypted
preferred: not encrypted
preferred, socket: not encrypted
required: no TLS connection: the server offers no TLS, and rustdb.ssl_mode=required does not go on without; give the server a certificate and key (its ssl_cert and ssl_key), or set rustdb.ssl_mode=preferred on a network that you trust
required, socket: not encrypted
verify_ca: no TLS connection: the server offers no TLS, and rustdb.ssl_mode=verify_ca does not go on without; give the server a certificate and key (its ssl_cert and ssl_key), or set rustdb.ssl_mode=preferred on a network that you trust
verify_ca, socket: not encrypted
verify_identity: no TLS connection: the server offers no TLS, and rustdb.ssl_mode=verify_identity does not go on without; give the server a certificate and key (its ssl_cert and ssl_key), or set rustdb.ssl_mode=preferred on a network that you trust
verify_identity, socket: not encrypted
no CA, socket: not encrypted
