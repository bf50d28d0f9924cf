--TEST--
rustdb.ssl_mode: any certificate will do, or one of a known CA, or one of a known CA for this host; the warning says which check failed
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('tls_modes');
$ca = certificate('ca.pem');
function in_each_mode(string $name, string $ca): void
{
    global $server;
    foreach (['required' => '', 'verify_ca' => $ca, 'verify_identity' => $ca] as $mode => $ca) {
        echo "$name, $mode: ", $server->start(['rustdb.ssl_mode' => $mode, 'rustdb.ssl_ca' => $ca]);
    }
}

in_each_mode('right', $ca);
in_each_mode('another CA of that name', certificate('stranger-ca.pem'));
in_each_mode('another CA', certificate('self-signed.pem'));
foreach (['preferred', 'required'] as $mode) {
    echo "$mode with another CA: ", $server->start(['rustdb.ssl_mode' => $mode, 'rustdb.ssl_ca' => certificate('self-signed.pem')]);
}
$host = str_replace('127.0.0.1', 'localhost', $server->server->host());
echo 'by name: ', $server->start(['rustdb.ssl_mode' => 'verify_identity', 'rustdb.ssl_ca' => $ca, 'rustdb.host' => $host]);
foreach (['other-host', 'no-name', 'version-1'] as $name) {
    $server->show(certificate("$name.pem"));
    in_each_mode($name, $ca);
}
foreach (['self-signed', 'own-ca'] as $name) {
    $server->show(certificate("$name.pem"));
    in_each_mode($name, certificate("$name.pem"));
}
if (getenv('RUSTDB_TEST_FLAVOR') === 'mysql') {
    // MySQL loads no certificate that is not valid at the time.
    run(__DIR__ . '/../inc/certificates', getenv('RUSTDB_TEST_DIR') . '/certificates', 'brief', '5');
    $server->show($brief = certificate('brief.pem'));
    $end = strtotime(explode('=', exec('openssl x509 -enddate -noout -in ' . escapeshellarg($brief)))[1]);
    wait_until(fn() => time() > $end);
} else {
    $server->show(certificate('expired.pem'));
}
in_each_mode('expired', $ca);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('tls_modes');
?>
--EXPECTF--
right, required: TLS 1.3
right, verify_ca: TLS 1.3
right, verify_identity: TLS 1.3
another CA of that name, required: TLS 1.3
another CA of that name, verify_ca: no TLS connection: the server's certificate was not signed by the CA of that name in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
another CA of that name, verify_identity: no TLS connection: the server's certificate was not signed by the CA of that name in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
another CA, required: TLS 1.3
another CA, verify_ca: no TLS connection: the server's certificate was not issued by a CA in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
another CA, verify_identity: no TLS connection: the server's certificate was not issued by a CA in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
preferred with another CA: no TLS connection: the server's certificate was not issued by a CA in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
required with another CA: no TLS connection: the server's certificate was not issued by a CA in rustdb.ssl_ca; rustdb.ssl_ca has to hold the certificate of the CA that issued it
by name: TLS 1.3
other-host, required: TLS 1.3
other-host, verify_ca: TLS 1.3
other-host, verify_identity: no TLS connection: the server's certificate is for db.example, not for 127.0.0.1; put a name of the certificate into rustdb.host, issue one with this host as subjectAltName, or set rustdb.ssl_mode=verify_ca
no-name, required: TLS 1.3
no-name, verify_ca: TLS 1.3
no-name, verify_identity: no TLS connection: the server's certificate is for no host (its subjectAltName is empty, and its common name does not count), not for 127.0.0.1; put a name of the certificate into rustdb.host, issue one with this host as subjectAltName, or set rustdb.ssl_mode=verify_ca
version-1, required: TLS 1.3
version-1, verify_ca: no TLS connection: the server's certificate is not of X.509 version 3, and others cannot be checked; issue it with extensions (openssl x509 -req -extfile …): that makes it version 3
version-1, verify_identity: no TLS connection: the server's certificate is not of X.509 version 3, and others cannot be checked; issue it with extensions (openssl x509 -req -extfile …): that makes it version 3
self-signed, required: TLS 1.3
self-signed, verify_ca: TLS 1.3
self-signed, verify_identity: TLS 1.3
own-ca, required: TLS 1.3
own-ca, verify_ca: no TLS connection: the server's certificate is that of a CA (basicConstraints CA:TRUE); let that CA issue one for the server, or make the self-signed one with CA:FALSE
own-ca, verify_identity: no TLS connection: the server's certificate is that of a CA (basicConstraints CA:TRUE); let that CA issue one for the server, or make the self-signed one with CA:FALSE
expired, required: TLS 1.3
expired, verify_ca: no TLS connection: the server's certificate expired %s ago by this machine's clock; renew it, or correct the clock
expired, verify_identity: no TLS connection: the server's certificate expired %s ago by this machine's clock; renew it, or correct the clock
