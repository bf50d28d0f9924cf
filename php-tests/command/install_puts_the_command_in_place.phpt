--TEST--
make install puts the command rustdb in place, to be run by the PHP that it was built for, and make uninstall leaves nothing of it
--SKIPIF--
<?php
if (getenv('RUSTDB_SO') !== getenv('RUSTDB_ROOT') . '/target/release/librustdb.so') {
    die('skip another library than the one that is installed is under test');
}
?>
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

$destination = root_folder('install', []);
function install(string $what, string $destination): string
{
    $program = escapeshellarg(getenv('RUSTDB_ROOT') . '/packaging/install');
    exec('DESTDIR=' . escapeshellarg($destination) . " $program $what 2>&1", $said, $status);
    return implode("\n", $said) . "\nstatus $status\n";
}
$said = install('add', $destination);
echo preg_match('~installed \S+/usr/bin/rustdb, and its files in \S+/usr/share/rustdb/command\n~', $said) ? '' : $said;
$command = "$destination/usr/bin/rustdb";
printf("%o, %s\n", fileperms($command) & 0777, fgets(fopen($command, 'r')) === '#!' . getenv('PHP') . "\n" ? 'run by its PHP' : 'run by another PHP');
exec("diff -r " . escapeshellarg(getenv('RUSTDB_ROOT') . '/lib/command') . ' ' . escapeshellarg("$destination/usr/share/rustdb/command") . ' 2>&1', $differences);
echo implode("\n", $differences);
exec(escapeshellarg($command) . ' gc --help 2>&1', $help, $status);
echo $help[0], "\nstatus $status\n";
$said = install('remove', $destination);
exec('find ' . escapeshellarg($destination) . ' -type f -name "*rustdb*"', $left);
echo $left === [] ? 'nothing left' : $said . implode("\n", $left), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/command.inc';
command_clean('install');
?>
--EXPECT--
755, run by its PHP
rustdb gc [--watch] [--json]
status 0
nothing left
