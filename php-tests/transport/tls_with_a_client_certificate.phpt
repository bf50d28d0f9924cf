--TEST--
rustdb.ssl_cert is shown to a server that demands a certificate; one that is missing, refused or unusable is named, and a new one needs no restart
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/tls.inc';

$server = new TlsServer('tls_client');
$admin = $server->server->admin();
$account = "'t_x509'@'127.0.0.1'";
$admin->query("CREATE USER $account IDENTIFIED BY 'correct-horse' REQUIRE X509");
$admin->query("GRANT ALL ON rustdb_test.* TO $account");

function with(string $certificate, ?string $key = null): array
{
    $key ??= str_replace('.pem', '-key.pem', $certificate);
    return ['rustdb.ssl_cert' => certificate($certificate), 'rustdb.ssl_key' => certificate($key)];
}

$x509 = ['rustdb.user' => 't_x509'];
echo 'REQUIRE SSL, none: ', $server->start([]);
echo 'REQUIRE SSL, disabled: ', $server->start(['rustdb.ssl_mode' => 'disabled']);
echo 'REQUIRE X509, none: ', $server->start($x509);
echo 'REQUIRE X509, right: ', $server->start($x509 + with('client.pem'));
echo 'REQUIRE X509, wrong password: ', $server->start(['rustdb.password' => 'wrong-horse'] + $x509 + with('client.pem'));
echo "of another CA: ", $server->start(with('stranger.pem'));
echo "another key: ", $server->start(with('client.pem', 'server-key.pem'));
echo "no key: ", $server->start(['rustdb.ssl_cert' => certificate('client.pem')]);
echo "version 1: ", $server->start(with('version-1.pem'));
echo "no certificate: ", $server->start(with('client-key.pem', 'client-key.pem'));
echo "no PEM key: ", $server->start(with('client.pem', 'client.pem'));
echo "missing: ", $server->start(with('nowhere.pem'));
echo "no CA: ", $server->start(['rustdb.ssl_mode' => 'verify_ca', 'rustdb.ssl_ca' => '']);
echo "missing CA: ", $server->start(['rustdb.ssl_ca' => '/nonexistent/ca.pem']);

$file = getenv('RUSTDB_TEST_DIR') . '/tls_client-own';
copy(certificate('client.pem'), "$file.pem");
copy(certificate('client-key.pem'), "$file-key.pem");
foreach ([0644, 0660, 0640] as $mode) {
    chmod("$file-key.pem", $mode);
    printf('key file %04o: %s', $mode, str_replace($file, 'FILE', $server->start($x509 + ['rustdb.ssl_cert' => "$file.pem", 'rustdb.ssl_key' => "$file-key.pem"])));
}
run('openssl', 'pkey', '-in', certificate('client-key.pem'), '-aes256', '-passout', 'pass:x', '-out', "$file-key.pem");
chmod("$file-key.pem", 0600);
echo 'a passphrase: ', str_replace($file, 'FILE', $server->start(['rustdb.ssl_cert' => "$file.pem", 'rustdb.ssl_key' => "$file-key.pem"]));

echo "the same process:\n";
$place = function (string $name) use ($file) {
    copy(certificate("$name.pem"), "$file.pem");
    copy(certificate("$name-key.pem"), "$file-key.pem");
};
$place('client');
$visits = new OtherProcess(<<<'PHP'
    set_error_handler(fn(int $type, string $message) => tell(
        str_contains($message, 'rustdb: ') ? preg_replace('/^.* \(table \S+ on \S+\): /', '', $message) : ''
    ) ?? true);
    $id = new_id();
    while (listen() === 'visit') {
        session_id($id);
        if (session_start()) {
            $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
            $n = $_SESSION['n'];
            session_write_close();
            tell("visit $n");
        }
    }
    PHP, [], $x509 + ['rustdb.ssl_cert' => "$file.pem", 'rustdb.ssl_key' => "$file-key.pem"] + $server->server->settings());
$visit = function (string $what) use ($visits) {
    $visits->say('visit');
    echo "$what: ", $visits->hear(), "\n";
};
$disconnect = function () use ($admin) {
    $connections = fn() => $admin->query("SELECT id FROM " . processlist() . " WHERE user='t_x509'")->fetch_all();
    foreach ($connections() as [$connection]) {
        $admin->query("KILL $connection");
    }
    wait_until(fn() => !$connections());
};
$visit('first');
// TLS resumes what it knows: the account still finds its certificate.
$disconnect();
$visit('connected again');
$disconnect();
$place('stranger');
$visit('another certificate');
$visits->hear();
$place('client');
$visit('and the old one again');
echo $visits->end();
array_map('unlink', glob("$file*"));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('tls_client');
?>
--EXPECT--
REQUIRE SSL, none: TLS 1.3
REQUIRE SSL, disabled: the server says 1045: Access denied for user 'rustdb'@'127.0.0.1' (using password: YES), without TLS; check rustdb.user, its password and its grants
REQUIRE X509, none: the server says 1045: Access denied for user 't_x509'@'127.0.0.1' (using password: YES), over TLS without a client certificate; check rustdb.user, its password and its grants
REQUIRE X509, right: TLS 1.3
REQUIRE X509, wrong password: the server says 1045: Access denied for user 't_x509'@'127.0.0.1' (using password: YES), over TLS with a client certificate; check rustdb.user, its password and its grants
of another CA: no TLS connection: the server refused the client certificate (alert UnknownCA); check rustdb.ssl_cert and rustdb.ssl_key, and the ssl_ca of the server
another key: rustdb.ssl_cert=DIR/certificates/client.pem is not valid: rustdb.ssl_key is not its key; correct it in php.ini or the pool's configuration
no key: session_start(): rustdb: cannot start a session: rustdb.ssl_key="" is not valid: the file with the key of rustdb.ssl_cert; correct it in php.ini or the pool's configuration
version 1: rustdb.ssl_cert=DIR/certificates/version-1.pem is not valid: the certificate is not of X.509 version 3, and others cannot be checked; correct it in php.ini or the pool's configuration
no certificate: rustdb.ssl_cert=DIR/certificates/client-key.pem is not valid: a file with a certificate in PEM (BEGIN CERTIFICATE); correct it in php.ini or the pool's configuration
no PEM key: rustdb.ssl_key=DIR/certificates/client.pem is not valid: a file with a private key in PEM (BEGIN PRIVATE KEY); correct it in php.ini or the pool's configuration
missing: rustdb.ssl_cert=DIR/certificates/nowhere.pem is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration
no CA: session_start(): rustdb: cannot start a session: rustdb.ssl_ca="" is not valid: rustdb.ssl_mode=verify_ca needs a file with the certificate of the server's CA; where a public CA has issued it, the system's is often /etc/ssl/certs/ca-certificates.crt; correct it in php.ini or the pool's configuration
missing CA: rustdb.ssl_ca=/nonexistent/ca.pem is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration
key file 0644: rustdb.ssl_key=DIR/tls_client-own-key.pem is not valid: others may use the file (mode 0644); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
key file 0660: rustdb.ssl_key=DIR/tls_client-own-key.pem is not valid: its group may write the file (mode 0660); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
key file 0640: TLS 1.3
a passphrase: rustdb.ssl_key=DIR/tls_client-own-key.pem is not valid: the key has a passphrase, which nobody is here to give: store it without one; correct it in php.ini or the pool's configuration
the same process:
first: visit 1
connected again: visit 2
another certificate: no TLS connection: the server refused the client certificate (alert UnknownCA); check rustdb.ssl_cert and rustdb.ssl_key, and the ssl_ca of the server
and the old one again: visit 3
