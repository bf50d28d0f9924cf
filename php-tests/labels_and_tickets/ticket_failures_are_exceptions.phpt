--TEST--
Tickets at the wrong time, with wrong arguments, without a table, rights or a server end in an exception that says what to do
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_ticket_rights
rustdb.table=t_ticket_failures
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

function attempt(string $what, callable $work): void
{
    try {
        $result = $work();
        echo "$what: ", is_string($result) ? 'a string of ' . strlen($result) : json_encode($result), "\n";
    } catch (Throwable $e) {
        $servers = [getenv('RUSTDB_TEST_SOCKET') ?: 'no socket', getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT')];
        $message = str_replace($servers, 'SERVER', $e->getMessage());
        $kind = implode(' ', [get_class($e), ...array_values(class_parents($e))]);
        echo "$what: ", str_replace(['@\'localhost\'', '@\'127.0.0.1\''], '', "$kind: $message\n");
    }
}

/** The same in another process. */
function attempt_with(array $ini, string $what, string $code): void
{
    $file = var_export(__FILE__, true);
    $helper = substr(file_get_contents(__FILE__), $start = strpos(file_get_contents(__FILE__), 'function attempt('), strpos(file_get_contents(__FILE__), "\n}\n") + 3 - $start);
    echo (new OtherProcess("$helper attempt('$what', function() { $code });", [], $ini))->end();
}

create_user();
attempt('no session', fn() => Rustdb\issue_ticket());
session_start();
$_SESSION['n'] = 1;
session_write_close();
attempt('a closed session', fn() => Rustdb\issue_ticket());
attempt_with(['session.save_handler' => 'files', 'session.save_path' => sys_get_temp_dir()], 'another save handler',
    'session_start(); try { return Rustdb\issue_ticket(); } finally { session_destroy(); }');
session_start();
attempt('default', fn() => Rustdb\issue_ticket());
attempt('by name', fn() => Rustdb\issue_ticket(seconds: 1));
attempt('a string', fn() => Rustdb\issue_ticket('3600'));
attempt('0 s', fn() => Rustdb\issue_ticket(0));
attempt('3601 s', fn() => Rustdb\issue_ticket(3601));
attempt('-1 s', fn() => Rustdb\issue_ticket(PHP_INT_MIN));
attempt('words', fn() => Rustdb\issue_ticket('soon'));
attempt('two arguments', fn() => Rustdb\issue_ticket(1, 2));
attempt('none', fn() => Rustdb\redeem_ticket());
attempt('an array', fn() => Rustdb\redeem_ticket([]));
session_write_close();

$issue = 'session_start(); return Rustdb\issue_ticket();';
$redeem = 'return Rustdb\redeem_ticket(str_repeat("A", 43));';
$table = ['rustdb.table' => 't_ticket_failures_2'];
store_session([], 'x');
attempt_with($table, 'the table is made when a ticket is redeemed', $redeem);
admin()->query('DROP TABLE t_ticket_failures_2_ticket');
attempt_with($table + ['rustdb.create_table' => '0'], 'no table', $issue);
attempt_with($table + ['rustdb.create_table' => '0'], 'no table', $redeem);
attempt_with(['rustdb.table' => str_repeat('t', 58)], 'a long name', $redeem);
attempt_with(['rustdb.port' => '0'], 'a wrong directive', $redeem);
attempt_with(['rustdb.socket' => '', 'rustdb.host' => '127.0.0.1:' . closed_port()], 'no server', $redeem);
// Rights on the sessions alone, as somebody grants who knows of no tickets; the table is there.
create_user('SELECT', 't_ticket_rights');
foreach (['localhost', '127.0.0.1'] as $host) {
    admin()->query("GRANT INSERT,UPDATE,DELETE ON t_ticket_failures TO 't_ticket_rights'@'$host'");
}
attempt_with([], 'no rights', $issue);
admin()->query('DROP TABLE t_ticket_failures_ticket');
attempt_with([], 'no CREATE', $redeem);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_ticket_rights');
drop_table('t_ticket_failures');
drop_table('t_ticket_failures_2');
drop_table(str_repeat('t', 58));
?>
--EXPECTF--
no session: Error: Rustdb\issue_ticket(): there is no active session, call session_start() first
a closed session: Error: Rustdb\issue_ticket(): there is no active session, call session_start() first
another save handler: Error: Rustdb\issue_ticket(): the active session is not one of rustdb's (session.save_handler)
default: a string of 43
by name: a string of 43
a string: a string of 43
0 s: ValueError Error: Rustdb\issue_ticket(): Argument #1 ($seconds) must be between 1 and 3600
3601 s: ValueError Error: Rustdb\issue_ticket(): Argument #1 ($seconds) must be between 1 and 3600
-1 s: ValueError Error: Rustdb\issue_ticket(): Argument #1 ($seconds) must be between 1 and 3600
words: TypeError Error: Rustdb\issue_ticket(): Argument #1 ($seconds) must be of type int, string given
two arguments: ArgumentCountError TypeError Error: Rustdb\issue_ticket() expects at most 1 argument, 2 given
none: ArgumentCountError TypeError Error: Rustdb\redeem_ticket() expects exactly 1 argument, 0 given
an array: TypeError Error: Rustdb\redeem_ticket(): Argument #1 ($ticket) must be of type string, array given
the table is made when a ticket is redeemed: null
no table: Rustdb\Exception RuntimeException Exception: rustdb: cannot issue a ticket (table rustdb_test.t_ticket_failures_2_ticket on SERVER): the table does not exist and rustdb.create_table is off; create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)
no table: Rustdb\Exception RuntimeException Exception: rustdb: cannot redeem a ticket (table rustdb_test.t_ticket_failures_2_ticket on SERVER): the table does not exist and rustdb.create_table is off; create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)
a long name: Rustdb\Exception RuntimeException Exception: rustdb: cannot redeem a ticket (table rustdb_test.ttt%s_ticket on SERVER): rustdb.table="ttt%s" is not valid: at most 57 characters where a table …_ticket is needed; correct it in php.ini or the pool's configuration
a wrong directive: Rustdb\Exception RuntimeException Exception: rustdb: cannot redeem a ticket: rustdb.port="0" is not valid: a whole number from 1 to 65535; correct it in php.ini or the pool's configuration
no server: Rustdb\Exception RuntimeException Exception: rustdb: cannot redeem a ticket (table rustdb_test.t_ticket_failures_ticket on 127.0.0.1:%d): no connection: %s; check that the server runs and takes writes, and rustdb.host or rustdb.socket
no rights: Rustdb\Exception RuntimeException Exception: rustdb: cannot issue a ticket (table rustdb_test.t_ticket_failures_ticket on SERVER): the server says 1142: INSERT %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user
no CREATE: Rustdb\Exception RuntimeException Exception: rustdb: cannot redeem a ticket (table rustdb_test.t_ticket_failures_ticket on SERVER): the server says 1142: CREATE %s; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user
