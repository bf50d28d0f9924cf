--TEST--
PHP's functions, phpinfo() as text and as HTML, a panic and a crash show no password
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$lookAround = <<<'PHP'
function look_around(): string
{
    ob_start();
    phpinfo();
    var_dump(ini_get('rustdb.password'), ini_get_all(), ini_get_all('rustdb'), get_cfg_var('rustdb.password'));
    var_dump($GLOBALS, get_defined_constants(), get_loaded_extensions(), php_ini_loaded_file());
    (new ReflectionExtension('rustdb'))->info();
    echo new ReflectionExtension('rustdb'), print_r(Rustdb\status(), true);
    var_dump((new ReflectionExtension('rustdb'))->getINIEntries());
    var_dump(ini_restore('rustdb.password'), ini_set('rustdb.password', 'x'), ini_get('rustdb.password'));
    return ob_get_clean();
}
PHP;
$code = $lookAround . <<<'PHP'
ob_start();
set_error_handler(function (...$all) use (&$warnings) { $warnings[] = $all; return true; });
$seen = look_around();
$started = session_start();
$seen .= look_around();
$_SESSION['a'] = 1;
session_write_close();
$seen .= look_around() . print_r($warnings, true);
ob_end_clean();
foreach (['correct-horse', 'wrong-battery'] as $password) {
    echo "$password: ", str_contains($seen, $password) ? 'SEEN' : 'not seen', "\n";
}
echo $started ? 'session started' : 'no session', "\n";
// Otherwise there was nothing to find the password in.
echo substr_count($seen, 'rustdb.password') > 10 ? '' : "the directive was NOT shown\n";
PHP;

$crash = <<<'PHP'
session_id('crashes');
session_start();
file_put_contents('php://stderr', 'started ');
posix_kill(posix_getpid(), SIGSEGV);
PHP;

// The tests' environment holds the password, and phpinfo() shows environments: run without one.
$run = function (array $options, string $binary = PHP_BINARY) use ($code): string {
    $file = tempnam(getenv('RUSTDB_TEST_DIR'), 'look');
    file_put_contents($file, "<?php $code");
    $command = [$binary, '-n', '-c', php_ini_loaded_file(), '-d', 'session.use_strict_mode=1', ...$options, $file];
    $php = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, []);
    $said = stream_get_contents($pipes[1]);
    unlink($file);
    return $said;
};
echo "in php.ini:\n";
echo $run([]);
echo "by -d over php.ini:\n";
echo $run(['-d', 'rustdb.password=wrong-battery']);
echo "by -d, quoted:\n";
echo $run(['-d', 'rustdb.password="wrong-battery"']);
echo "as HTML:\n";
$html = $run([], getenv('TEST_PHP_CGI_EXECUTABLE'));
echo substr($html, strpos($html, 'correct-horse'));

// A server whose RSA key is none makes the client library panic.
$server = stream_socket_server('tcp://127.0.0.1:0');
$options = ['-d', 'rustdb.socket=', '-d', 'rustdb.host=' . stream_socket_get_name($server, false), '-d', 'rustdb.ssl_mode=disabled'];
$ask = 'session_id("panics"); var_dump(session_start());';
$php = proc_open([PHP_BINARY, '-n', '-c', php_ini_loaded_file(), ...$options, '-r', $ask], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, []);
$client = stream_socket_accept($server);
$send = fn(int $number, string $payload) => fwrite($client, substr(pack('V', strlen($payload)), 0, 3) . chr($number) . $payload);
$send(0, "\x0a9.7.0\0" . pack('V', 1) . "12345678\0\xff\xf7\xff\x02\0\xff\xdf\x15" . str_repeat("\0", 10) . "123456789012\0caching_sha2_password\0");
fread($client, 8192);
$send(2, "\x01\x04");
fread($client, 8192);
$send(4, "\x01-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
$said = stream_get_contents($pipes[1]);
echo "in a panic:\n", str_contains($said, 'correct-horse') ? "SEEN: $said" : "not seen\n", str_contains($said, "the server's answer makes no sense (not what MySQL's protocol has there)") ? '' : "NO PANIC: $said";

$php = proc_open([PHP_BINARY, '-n', '-c', php_ini_loaded_file(), '-r', $crash], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, []);
$said = stream_get_contents($pipes[1]);
echo "in a crash: ", str_contains($said, 'started') ? '' : 'NOT STARTED ', str_contains($said, 'correct-horse') ? "SEEN: $said" : "not seen\n";
?>
--EXPECT--
in php.ini:
correct-horse: not seen
wrong-battery: not seen
session started
by -d over php.ini:
correct-horse: not seen
wrong-battery: not seen
no session
by -d, quoted:
correct-horse: not seen
wrong-battery: not seen
no session
as HTML:
correct-horse: not seen
wrong-battery: not seen
session started
in a panic:
not seen
in a crash: not seen
