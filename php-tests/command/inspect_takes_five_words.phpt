--TEST--
Rustdb\inspect() answers five words, needs the server for four of them, and shows no secret
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_inspect
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

store_session(['n' => 1]);
foreach (['hosts', 'tables', 'sessions', 'locks', 'schema'] as $word) {
    $answer = Rustdb\inspect($word);
    echo "$word: ", array_is_list($answer) ? count($answer) . ' of ' . implode(', ', array_keys($answer[0])) : implode(', ', array_keys($answer)), "\n";
    if (str_contains(serialize($answer), getenv('RUSTDB_TEST_PASSWORD'))) {
        echo "SECRET\n";
    }
}
try {
    Rustdb\inspect('everything');
} catch (ValueError $error) {
    echo $error->getMessage(), "\n";
}
$code = 'foreach (["hosts", "schema", "tables"] as $word) { try { echo count(Rustdb\inspect($word)), "\n"; } catch (Rustdb\Exception $e) { echo $e->getMessage(), "\n"; } }';
echo (new OtherProcess($code, [], ['rustdb.password' => 'wrong']))->end();
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_inspect');
?>
--EXPECTF--
hosts: 1 of host, socket, error, connected_in, version, kind, cluster, read_only, tls, cipher, account, settings_kept, time, ahead, variables, status, verified
tables: 4 of table, for, needed, exists, engine, schema, rows, bytes, problem, alter, rights
sessions: exact, sample, sessions, bytes_each, largest, used_within_a_minute, by_last_use, by_age, by_size, expired, expired_exact, oldest_expired
locks: lock, holders, waiters, unseen
schema: 4 of table, for, needed, ddl
Rustdb\inspect(): Argument #1 ($what) must be "hosts", "tables", "sessions", "locks" or "schema"
1
4
rustdb: cannot look at the database (table rustdb_test.t_inspect on %s): the server says %d: Access denied %s
