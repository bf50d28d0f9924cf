--TEST--
PHP 8.6 has strict mode on by default: an unknown id is replaced without a word in php.ini, and phpinfo() has nothing to recommend
--SKIPIF--
<?php
if (PHP_VERSION_ID < 80600) {
    die('skip before PHP 8.6 it is off by default');
}
?>
--FILE--
<?php
// A PHP of its own: the php.ini of the tests says session.use_strict_mode=0.
$lines = array_filter(
    file(php_ini_loaded_file()),
    fn(string $line) => !str_starts_with($line, 'session.use_strict_mode'),
);
$ini = tempnam(sys_get_temp_dir(), 'rustdb');
file_put_contents($ini, implode('', $lines));
$code = <<<'PHP'
    session_id(str_repeat('a', 32));
    var_dump(session_start(), session_id() === str_repeat('a', 32));
    ob_start();
    phpinfo(INFO_MODULES);
    var_dump(str_contains(ob_get_clean(), 'session.use_strict_mode is off'));
    foreach (['use_strict_mode', 'use_only_cookies', 'cookie_httponly', 'cookie_samesite'] as $name) {
        echo "$name=", ini_get("session.$name"), "\n";
    }
    PHP;
passthru(escapeshellarg(PHP_BINARY) . ' -n -c ' . escapeshellarg($ini) . ' -r ' . escapeshellarg("ob_start(); $code"));
unlink($ini);
?>
--EXPECT--
bool(true)
bool(false)
bool(false)
use_strict_mode=1
use_only_cookies=1
cookie_httponly=1
cookie_samesite=Lax
