--TEST--
PHP's functions show no password, be it set in php.ini or by -d, before, during and after a session
--FILE--
<?php
require __DIR__ . '/common.inc';

$lookAround = <<<'PHP'
function look_around(): string
{
    ob_start();
    phpinfo();
    var_dump(ini_get('rustdb.password'), ini_get_all(), ini_get_all('rustdb'), get_cfg_var('rustdb.password'));
    var_dump($GLOBALS, get_defined_constants(), get_loaded_extensions(), php_ini_loaded_file());
    (new ReflectionExtension('rustdb'))->info();
    echo new ReflectionExtension('rustdb');
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

// The tests' environment holds the password, and phpinfo() shows environments: run without one.
$run = function (array $options) use ($code): void {
    $command = [PHP_BINARY, '-n', '-c', php_ini_loaded_file(), '-d', 'session.use_strict_mode=1', ...$options, '-r', $code];
    $php = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, []);
    echo stream_get_contents($pipes[1]);
};
echo "in php.ini:\n";
$run([]);
echo "by -d over php.ini:\n";
$run(['-d', 'rustdb.password=wrong-battery']);
echo "by -d, quoted:\n";
$run(['-d', 'rustdb.password="wrong-battery"']);
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
