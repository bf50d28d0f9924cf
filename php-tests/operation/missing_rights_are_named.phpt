--TEST--
A user without the rights that a session needs gets the GRANT in the warning, and what is stored stays
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['n' => 1]);
$settings = ['rustdb.user' => 't_rights'];

create_user('INSERT,UPDATE,DELETE', 't_rights');
echo "no SELECT:\n", start_with($settings, $id);
create_user('SELECT,UPDATE,DELETE', 't_rights');
echo "no INSERT, stored session:\n", start_with($settings, $id);
echo "no INSERT, new session:\n", start_with($settings, '0123456789abcdef');
create_user('SELECT,INSERT,UPDATE,DELETE', 't_rights');
echo "all that a session needs:\n", start_with($settings, $id);
echo "no CREATE, and the table is missing:\n", start_with($settings + ['rustdb.table' => 't_rights_missing'], $id);

echo "no UPDATE when it comes to writing:\n";
$code = 'session_id($argv[1]); session_start(); tell(""); listen(); $_SESSION["n"]++; session_write_close();';
$writer = new OtherProcess($code, [$id], $settings);
$writer->hear();
foreach (['localhost', '127.0.0.1'] as $host) {
    admin()->query("REVOKE UPDATE ON rustdb_test.* FROM 't_rights'@'$host'");
}
// A database's grants are looked up when the connection chooses it, so that only a new one has lost them.
foreach (admin()->query("SELECT id FROM " . processlist() . " WHERE user='t_rights'")->fetch_all() as [$connection]) {
    admin()->query("KILL $connection");
}
$writer->say();
echo $writer->end(), row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_rights');
?>
--EXPECTF--
no SELECT:
session_start(): rustdb: cannot read session %x… (table rustdb_test.rustdb_sessions on SERVER): the server says 1142: SELECT %sdenied to user 't_rights'@'%s' for table %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user
not started
no INSERT, stored session:
started
no INSERT, new session:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on SERVER): the server says 1142: INSERT %sdenied to user 't_rights'@'%s' for table %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user
not started
all that a session needs:
started
no CREATE, and the table is missing:
session_start(): rustdb: cannot read session %x… (table rustdb_test.t_rights_missing on SERVER): the server says 1142: CREATE %sdenied to user 't_rights'@'%s' for table %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user
not started
no UPDATE when it comes to writing:

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the server says 1142: %s command denied to user 't_rights'@'%s' for table %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user in %s on line %d
n|i:1;
