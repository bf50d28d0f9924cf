--TEST--
.user.ini sets rustdb.lock for a folder, phpinfo() shows both, and lease is refused there
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_user_ini
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$folder = getenv('RUSTDB_TEST_DIR') . '/' . uniqid('site');
mkdir($folder);
file_put_contents("$folder/page.php", <<<'PHP'
    <?php
    set_error_handler(fn($level, $message) => print("$message | "));
    session_id($_SERVER['QUERY_STRING']);
    echo json_encode(session_start()), ' ', Rustdb\status()['lock'], ' ';
    $_SESSION['n'] = 1;
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match('~rustdb\.lock *</td><td class="v">(\w+) *</td><td class="v">(\w+)~', ob_get_clean(), $found);
    echo "$found[1] of $found[2]";
    PHP);
$cgi = [getenv('TEST_PHP_CGI_EXECUTABLE'), ...array_slice(php_command(['session.use_cookies' => '0']), 1)];
foreach (['merge', 'row', 'none', 'lease', 'nonsense', null] as $mode) {
    if ($mode === null) {
        unlink("$folder/.user.ini");
    } else {
        file_put_contents("$folder/.user.ini", "rustdb.lock = \"$mode\"\n");
    }
    foreach (['row', 'lease'] as $server) {
        $request = ['SCRIPT_FILENAME' => "$folder/page.php", 'DOCUMENT_ROOT' => $folder, 'QUERY_STRING' => new_id()];
        $environment = $request + ['REDIRECT_STATUS' => '200', 'REQUEST_METHOD' => 'GET'] + getenv();
        $command = [...$cgi, '-d', "rustdb.lock=$server", '-d', 'display_errors=0', '-d', "error_log=$folder/log.ini"];
        $run = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, $environment);
        $out = explode("\r\n\r\n", stream_get_contents($pipes[1]), 2);
        echo $mode ?? 'no file', " where php.ini has $server: ", trim(end($out)), "\n";
        proc_close($run);
        echo preg_replace('/^\[.*?\] /m', '    ', (string) @file_get_contents("$folder/log.ini"));
        @unlink("$folder/log.ini");
    }
}
array_map('unlink', glob("$folder/{,.}*.{php,ini}", GLOB_BRACE));
rmdir($folder);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_user_ini');
?>
--EXPECT--
merge where php.ini has row: true merge merge of row
merge where php.ini has lease: true lease lease of lease
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="merge" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini in Unknown on line 0
row where php.ini has row: true row row of row
row where php.ini has lease: true lease lease of lease
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="row" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini in Unknown on line 0
none where php.ini has row: true none none of row
none where php.ini has lease: true lease lease of lease
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="none" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini in Unknown on line 0
lease where php.ini has row: true row row of row
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="lease" is not valid: it is row here, and lease is for all requests of a server or for none: set it in php.ini in Unknown on line 0
lease where php.ini has lease: true lease lease of lease
nonsense where php.ini has row: true row row of row
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="nonsense" is not valid: one of row, merge, lease, none in Unknown on line 0
nonsense where php.ini has lease: true lease lease of lease
    PHP Warning:  PHP Request Startup: rustdb: rustdb.lock="nonsense" is not valid: one of row, merge, lease, none in Unknown on line 0
no file where php.ini has row: true row row of row
no file where php.ini has lease: true lease lease of lease
