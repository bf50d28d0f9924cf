--TEST--
PHP's functions and the warnings show no encryption key; phpinfo() shows the names that rows know the keys by
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

[$first, $second] = [new_key(), new_key()];
$file = key_file($first, $second);
$code = <<<'PHP'
    ob_start();
    set_error_handler(function (...$all) { print_r($all); return true; });
    $look = function (): void {
        phpinfo(INFO_CONFIGURATION | INFO_MODULES);
        var_dump(ini_get_all('rustdb'), Rustdb\status(), (new ReflectionExtension('rustdb'))->getINIEntries());
    };
    $look();
    session_id(new_id());
    session_start();
    $_SESSION['n'] = 'secret';
    $look();
    session_write_close();
    change_row(session_id(), 'version=version^1');
    session_start();
    put_keys(ini_get('rustdb.encryption_key_file'), file_get_contents(ini_get('rustdb.encryption_key_file')), 0644);
    sleep(1);
    session_id(new_id());
    session_start();
    $look();
    $seen = ob_get_clean();
    echo substr_count($seen, 'rustdb.encryption_key_file') > 5 ? '' : "the directive was NOT shown\n";
    echo preg_match('/^Encryption of stored data => (.*)/m', $seen, $found) ? preg_replace('/[0-9a-f]{8}/', 'ID', $found[1]) : 'NOT shown', "\n";
    foreach (file(ini_get('rustdb.encryption_key_file'), FILE_IGNORE_NEW_LINES) as $key) {
        foreach ([$key, rtrim($key, '='), base64_decode($key), bin2hex(base64_decode($key)), substr($key, 0, 12)] as $form) {
            echo str_contains($seen, $form) ? 'SEEN' : 'not seen', ' ';
        }
        echo "\n";
    }
    PHP;
echo (new OtherProcess('require ' . var_export(__DIR__ . '/../inc/keys.inc', true) . ";$code", [], encrypted($file)))->end();
?>
--EXPECT--
optional, keys: ID, ID (the first encrypts)
not seen not seen not seen not seen not seen 
not seen not seen not seen not seen not seen 
