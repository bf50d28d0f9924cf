--TEST--
rustdb check says a line for each thing that is as it should be, leaves no session behind, and its status is 0
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_fine
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

store_session(['n' => 1]);
[$status, $said, $complaints] = rustdb(['check', '--root', '/nonexistent'], GOOD);
echo without_servers($said), $complaints, "status $status, ", rows(), " session\n";
var_dump(str_contains($said, "\e"));
foreach (['lease', 'merge', 'none'] as $lock) {
    echo "-- $lock\n";
    tell_check(['rustdb.lock' => $lock], ['proof', 'cluster', 'tables'], ['ok', 'warning', 'error']);
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_fine');
?>
--EXPECTF--
✔ rustdb %d.%d.%d is loaded by PHP %s (cli, %s)
✔ session.save_handler is rustdb, and rustdb.lock row
✔ session.use_strict_mode is on (cli)
✔ the session's cookie, unless the site says otherwise: secure, httponly, samesite=Lax (cli)
✔ SERVER answers in %d ms: %r(MariaDB|MySQL)%r %s, as %s
✔ %s
✔ SERVER is %d ms %r(behind|ahead of)%r this machine
✔ SERVER ends statements and connections by wait_timeout %d s; rustdb's own are without, and end after 10 min of silence
✔ max_allowed_packet of SERVER is %d MB, which bounds a session
✔ SERVER takes %d connections (max_connections), and has had %d at once; no pool of php-fpm is known here
✔ the table t_command_fine (sessions) is there: InnoDB, schema %d, about %d rows, %d KB
✔ the account may select, insert, update and delete in t_command_fine
✔ a session was stored, read again, found locked and deleted, in %d ms
✔ expired sessions are collected by one request in %d (cli); 0 expired sessions waiting
✔ 1 session, 6 B each; the largest of %d rows has 6 B
15 fine
status 0, 1 session
bool(false)
-- lease
cluster ok: rustdb.lock is lease, which holds anywhere; no server tells of a cluster with several writers, where row would do
tables ok: the table t_command_fine (sessions) is there: %s
tables ok: the table t_command_fine_lease (leases) is missing; the first session makes it
proof ok: a session was stored, read again, found locked and deleted, in %d ms
status 0
-- merge
tables ok: the table t_command_fine (sessions) is there: %s
tables ok: the table t_command_fine_lease (leases) is there: %s
proof ok: a session was stored, read again, not locked by rustdb.lock and deleted, in %d ms
status 0
-- none
tables ok: the table t_command_fine (sessions) is there: %s
tables ok: the table t_command_fine_lease (leases) is there: %s
proof ok: a session was stored, read again, not locked by rustdb.lock and deleted, in %d ms
status 0
