--TEST--
rustdb helps, takes another php.ini and directives for PHP, and answers wrong usage with status 2
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

[$status, $said] = rustdb(['--help']);
echo strtok($said, "\n"), "\nstatus $status\n";
[$status, $said] = rustdb([]);
echo strtok($said, "\n"), "\nstatus $status\n";
foreach (['check', 'gc', 'top', 'sessions', 'revoke', 'schema', 'import', 'import folder', 'import table'] as $command) {
    [$status, $said, $complaints] = rustdb([...explode(' ', $command), '--help']);
    echo strtok($said, "\n"), $complaints, $status === 0 ? '' : " status $status", "\n";
    foreach (preg_grep('/.{121}/u', explode("\n", $said)) as $long) {
        echo "too long: $long\n";
    }
}
tell_rustdb(['--version']);
tell_rustdb(['clean']);
tell_rustdb(['import', 'everything']);
tell_rustdb(['check', '--all']);
tell_rustdb(['top', '--every', '0']);
tell_rustdb(['--ini', '/nonexistent', 'check']);
tell_rustdb(['-d']);

echo "-- other settings\n";
$ini = getenv('RUSTDB_TEST_DIR') . '/command-usage.ini';
file_put_contents($ini, file_get_contents(php_ini_loaded_file()) . "rustdb.table=t_of_another_ini\n");
foreach ([['--ini', $ini], ["--ini=$ini"], ['-d', 'rustdb.table=t_of_another_ini'], ['-drustdb.table=t_of_another_ini']] as $options) {
    // Without php_command()'s own -d, which would be in the way.
    exec(implode(' ', array_map(escapeshellarg(...), [PHP_BINARY, '-n', '-c', php_ini_loaded_file(), getenv('RUSTDB_ROOT') . '/bin/rustdb',
        ...$options, 'schema', '--json'])), $lines);
    echo json_decode(implode("\n", $lines), true)['tables'][0]['table'], "\n";
    $lines = [];
}
?>
--CLEAN--
<?php
@unlink(getenv('RUSTDB_TEST_DIR') . '/command-usage.ini');
?>
--EXPECTF--
rustdb COMMAND [OPTION...]
status 0
rustdb COMMAND [OPTION...]
status 2
rustdb check [--json] [--root DIR]
rustdb gc [--watch] [--json]
rustdb top [--every SECONDS] [--once] [--json]
rustdb sessions LABEL [--json]
rustdb revoke LABEL [--handle HANDLE...] [--json]
rustdb schema [--missing] [--json]
rustdb import folder [OPTION...] SAVE_PATH    the files of PHP's save handler `files`
rustdb import folder [OPTION...] SAVE_PATH
rustdb import table [OPTION...] KIND
rustdb %d.%d.%d, PHP %s
status 0
(stderr) rustdb: what is clean? `rustdb --help` lists what there is
status 2
(stderr) rustdb: what is everything?

rustdb import %a
status 2
(stderr) rustdb: what is --all?

rustdb check %a
status 2
(stderr) rustdb: --every: 1 to 3600 seconds
status 2
(stderr) rustdb: --ini: /nonexistent cannot be read
status 2
(stderr) rustdb: -d needs a value
status 2
-- other settings
t_of_another_ini
t_of_another_ini
t_of_another_ini
t_of_another_ini
