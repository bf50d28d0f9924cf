--TEST--
rustdb import names what keeps it from beginning, and shows no password
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import_wrong
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

$folder = session_folder('wrong');
store_files($folder, [new_id() => ['n' => 1]]);
$password = "$folder/password";
/** With a password file of this content. */
function with(string $content, string ...$arguments): void
{
    global $folder, $password;
    file_put_contents($password, $content);
    import(OWNER, "--password-file=$password", ...[...$arguments, $folder]);
}
/** Without the usage that follows a wrong command line. */
ob_start(fn(string $said) => preg_replace('/^\nrustdb import folder .*?could not begin\.\n\n/ms', '', $said));
$tcp = ['--host=127.0.0.1:' . getenv('RUSTDB_TEST_PORT'), '--socket='];

import();
import(OWNER, '--dryrun', $folder);
import(OWNER, '--lifetime=1h', $folder);
import(OWNER, '--password-file=/nonexistent', $folder);
with('wrong-horse');
with('wrong-horse', '--database=');
with(getenv('RUSTDB_TEST_PASSWORD'), '--host=127.0.0.1:1, [::1]:1, ::1', '--port=1', '--socket=');
with(getenv('RUSTDB_TEST_PASSWORD'), '--table=a`b');
with(getenv('RUSTDB_TEST_PASSWORD'), ...[...$tcp, '--ssl-mode=yes']);
admin()->query('CREATE TABLE t_import_wrong (id INT PRIMARY KEY, name TEXT)');
with(getenv('RUSTDB_TEST_PASSWORD'));
drop_table('t_import_wrong');

$import = start_import([OWNER, $folder], ['rustdb.encryption' => 'required']);
echo stream_get_contents($import_pipes[1]);

echo "-- and finds the server behind those that do not answer, by name, with a newline after the password\n";
with(getenv('RUSTDB_TEST_PASSWORD') . "\n", '--host=127.0.0.1:1, localhost', '--port=' . getenv('RUSTDB_TEST_PORT'), '--socket=');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('wrong');
drop_table('t_import_wrong');
?>
--EXPECTF--
rustdb import: which folder?
status 2
rustdb import: what is --dryrun?
status 2
rustdb import: --lifetime: a whole number is needed, not '1h'
status 2
rustdb import: the password file /nonexistent cannot be read
status 2
rustdb import: no connection: %s: Access denied for user 'rustdb'@'%s' (using password: YES); PHP code cannot see rustdb.password: give --password-file= or RUSTDB_PASSWORD
status 2
rustdb import: which database? Set rustdb.database, or --database=
status 2
rustdb import: no connection: 127.0.0.1:1: Connection refused; [::1]:1: %r(Connection refused|Cannot assign requested address|Network is unreachable|Address family not supported by protocol)%r; ::1: %r(Connection refused|Cannot assign requested address|Network is unreachable|Address family not supported by protocol)%r
status 2
rustdb import: 'a`b' is no name of a table that rustdb would use
status 2
rustdb import: --ssl-mode=yes is not one of disabled, preferred, required, verify_ca, verify_identity
status 2
rustdb import: t_import_wrong is another application's table: Unknown column 'version' in %s
status 2
rustdb import: rustdb.encryption=required refuses the plain rows that this program writes: import with rustdb.encryption=optional, which encrypts each session at its next write, and require it later
-- and finds the server behind those that do not answer, by name, with a newline after the password
        1 imported
status 0
