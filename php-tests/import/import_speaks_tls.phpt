--TEST--
rustdb import follows rustdb.ssl_mode: TLS where there is any, insisted on, or with a certificate that fits CA and host
--EXTENSIONS--
mysqli
openssl
posix
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';
require __DIR__ . '/../inc/tls.inc';

$folder = session_folder('tls');
store_files($folder, [new_id() => ['n' => 1]]);
$server = new TlsServer('import_tls'); // its user may come in by TLS only
function try_mode(string $mode, string $ca, array $settings): void
{
    $import = start_import([OWNER, $GLOBALS['folder']], ['rustdb.ssl_mode' => $mode, 'rustdb.ssl_ca' => $ca] + $settings);
    $said = stream_get_contents($GLOBALS['import_pipes'][1]);
    $in = proc_close($import) === 0;
    // The rest are PHP's words, which differ with the server and OpenSSL.
    preg_match('/^rustdb import: (no connection|--ssl-mode.*)/m', $said, $match);
    preg_match('/^rustdb import: no connection: .*(certificate verify failed|did not match expected name)/m', $said, $cause);
    echo "$mode: ", $in ? 'in' : implode(', ', [$match[1] ?? $said, ...array_slice($cause, 1)]), "\n";
}
$ca = certificate('ca.pem');
$settings = $server->server->settings();
try_mode('disabled', '', $settings);
try_mode('preferred', '', $settings);
try_mode('required', '', $settings);
try_mode('verify_ca', $ca, $settings);
try_mode('verify_identity', $ca, $settings);
try_mode('verify_identity', '', $settings);
echo "-- another CA\n";
try_mode('verify_ca', certificate('stranger-ca.pem'), $settings);
try_mode('verify_identity', certificate('stranger-ca.pem'), $settings);
echo "-- for another host\n";
$server->show(certificate('other-host.pem'));
try_mode('verify_identity', $ca, $settings);
try_mode('required', '', $settings);
echo "-- a server without TLS\n";
stop_private_server('import_tls');
$plain = new PrivateServer('import_tls', ['mariadb' => '--skip-ssl', 'mysql' => '--tls-version='][getenv('RUSTDB_TEST_FLAVOR')]);
$settings = $plain->settings();
try_mode('preferred', '', $settings);
try_mode('required', '', $settings);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
require __DIR__ . '/../inc/private_server.inc';
import_clean('tls');
stop_private_server('import_tls');
?>
--EXPECT--
disabled: no connection
preferred: in
required: in
verify_ca: in
verify_identity: in
verify_identity: --ssl-mode=verify_identity needs --ssl-ca=
-- another CA
verify_ca: no connection, certificate verify failed
verify_identity: no connection, certificate verify failed
-- for another host
verify_identity: no connection, did not match expected name
required: in
-- a server without TLS
preferred: in
required: no connection
