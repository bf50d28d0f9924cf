--TEST--
A file or socket that PHP's user may not use: the warning says which user that is
--SKIPIF--
<?php
if (!function_exists('posix_seteuid') || posix_geteuid() !== 0) {
    die('skip needs root, to become somebody else');
}
?>
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$folder = sys_get_temp_dir() . '/' . uniqid('denied');
mkdir($folder, 0700);
file_put_contents("$folder/file", 'secret');
chmod("$folder/file", 0600);
socket_server("$folder/socket");
// That user may not come near the tests' own socket either.
$server = ['rustdb.socket' => '', 'rustdb.host' => getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT')];
$cases = [
    'password' => ['rustdb.password_file' => "$folder/file"],
    'keys' => ['rustdb.encryption' => 'optional', 'rustdb.encryption_key_file' => "$folder/file"] + $server,
    'certificates' => ['rustdb.socket' => '', 'rustdb.host' => '127.0.0.1:1', 'rustdb.ssl_mode' => 'verify_ca', 'rustdb.ssl_ca' => "$folder/file"],
    'socket' => ['rustdb.socket' => "$folder/socket"],
];
foreach ($cases as $name => $ini) {
    $process = new OtherProcess('posix_seteuid(65534); set_error_handler(function ($type, $text) {
        if (preg_match("/Permission denied.*/", $text, $found)) { echo $found[0], "\n"; } return true;
    }); session_start();', [], $ini);
    echo "$name: ", $process->end();
}
array_map('unlink', glob("$folder/*"));
rmdir($folder);

function socket_server(string $path): void
{
    global $listener;
    $listener = stream_socket_server("unix://$path");
}
?>
--EXPECT--
password: Permission denied (os error 13), as user nobody (uid 65534)); let that user read it (its owner, group and mode, and those of the folders above it)
keys: Permission denied (os error 13), as user nobody (uid 65534)); let that user read it (its owner, group and mode, and those of the folders above it)
certificates: Permission denied (os error 13), as user nobody (uid 65534)); let that user read it (its owner, group and mode, and those of the folders above it)
socket: Permission denied (os error 13), as user nobody (uid 65534); let that user into the socket's folder (its owner, group and mode, or a rule of SELinux or AppArmor)
