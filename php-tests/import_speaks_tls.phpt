--TEST--
examples/import speaks TLS where the server does, and insists on it where it is told so
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import_tls
--FILE--
<?php
require __DIR__ . '/import.inc';

$folder = session_folder('tls');
store_files($folder, [new_id() => ['n' => 1]]);
$tcp = ['--host=127.0.0.1:' . getenv('RUSTDB_TEST_PORT'), '--socket='];
/** Whether a mode found the server, and why not. */
function try_mode(string $mode, string ...$more): void
{
    global $folder, $tcp;
    ob_start();
    import(OWNER, "--ssl-mode=$mode", ...[...$tcp, ...$more, $folder]);
    $said = ob_get_clean();
    echo "$mode: ", str_contains($said, 'status 0') ? 'in' : 'refused', "\n";
}
$server_speaks = admin()->query("SHOW GLOBAL VARIABLES LIKE 'have_ssl'")->fetch_row()[1]
    ?? (admin()->query("SHOW GLOBAL VARIABLES LIKE 'ssl_cert'")->fetch_row()[1] !== '' ? 'YES' : 'NO');
ob_start();
foreach (['disabled', 'preferred', 'required', 'verify_identity'] as $mode) {
    try_mode($mode);
}
try_mode('verify_identity', '--ssl-ca=/etc/ssl/certs/ca-certificates.crt');
$said = ob_get_clean();
// The server's own certificate is nobody's whom this machine trusts.
$expected = $server_speaks === 'YES'
    ? "disabled: in\npreferred: in\nrequired: in\nverify_identity: refused\nverify_identity: refused\n"
    : "disabled: in\npreferred: in\nrequired: refused\nverify_identity: refused\nverify_identity: refused\n";
echo $said === $expected ? "as it should be\n" : "server speaks TLS: $server_speaks\n$said";
?>
--CLEAN--
<?php
require __DIR__ . '/import.inc';
import_clean('tls');
drop_table('t_import_tls');
?>
--EXPECT--
as it should be
