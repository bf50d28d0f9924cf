--TEST--
A connection over TLS stays the same over many requests: what TLS says besides, like session tickets, is not taken for its end
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('tls_again');
$code = <<<'PHP'
    ini_set('session.use_strict_mode', '0');
    for ($n = 1; $n <= 20; $n++) {
        session_id($argv[1]);
        session_start();
        $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        session_write_close();
    }
    ['counters' => $counters, 'tls' => $tls] = Rustdb\status();
    echo "$_SESSION[n] over $tls, $counters[connects] connection, $counters[reconnects] replaced, $counters[retries] retried\n";
    PHP;
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $settings = ['rustdb.lock' => $lock, 'rustdb.ssl_mode' => 'required', 'rustdb.table' => "t_again_$lock"];
    echo "$lock: ", (new OtherProcess($code, [new_id()], $settings + $server->server->settings()))->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('tls_again');
?>
--EXPECT--
row: 20 over TLS 1.3, 1 connection, 0 replaced, 0 retried
lease: 20 over TLS 1.3, 1 connection, 0 replaced, 0 retried
merge: 20 over TLS 1.3, 1 connection, 0 replaced, 0 retried
none: 20 over TLS 1.3, 1 connection, 0 replaced, 0 retried
