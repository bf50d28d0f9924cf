--TEST--
A start that waited for longer than rustdb.slow_lock_ms writes one line to the error log, naming session, script and wait
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$log = tempnam(getenv('RUSTDB_TEST_DIR'), 'log');
$script = tempnam(getenv('RUSTDB_TEST_DIR'), 'script');
file_put_contents($script, '<?php session_id($argv[1]); echo session_start() ? "started" : "not started"; session_abort();');
// Waits for a second, and goes on without the lock.
$slow = ['rustdb.slow_lock_ms' => '500', 'rustdb.lock_wait' => '1', 'rustdb.lock_failure' => 'readonly'];

/** Runs the script with a session of this id; prints its output, and what it has logged, without place and time. */
function run(string $case, string $id, array $ini, array $code = []): void
{
    global $log, $script;
    file_put_contents($log, '');
    $php = php_command($ini + ['error_log' => $log, 'log_errors' => '0']);
    array_push($php, ...$code ?: [$script], ...[$id]);
    exec(implode(' ', array_map(escapeshellarg(...), $php)) . ' 2>&1', $output);
    $logged = preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
    $logged = str_replace([$script, ' ' . substr($id, 0, 8) . '… '], ['THE-SCRIPT', ' ITS-ID '], $logged);
    $logged = preg_replace('/ waited (\d{3,5}) ms /', ' waited A-SECOND ', $logged);
    echo "$case: ", implode('', $output), "\n$logged";
}

$id = store_session(['n' => 1]);
$holder = hold_row($id);
run('row', $id, $slow);
run('strict mode', $id, $slow + ['session.use_strict_mode' => '1']);
run('no script', $id, $slow, ['-r', 'session_id($argv[1]); echo session_start() ? "started" : "not started";', '--']);
run('off', $id, ['rustdb.slow_lock_ms' => '0'] + $slow);
run('not as slow', $id, ['rustdb.slow_lock_ms' => '60000'] + $slow);
run('in vain', $id, ['rustdb.lock_failure' => 'fail', 'display_errors' => '0'] + $slow);
run('no wait', $id, ['rustdb.lock' => 'none'] + $slow);

echo "the lock was free in the end: ";
file_put_contents($log, '');
$waiter = new OtherProcess(
    'session_id($argv[1]); session_start(); echo $_SESSION["n"]; session_write_close(); session_start(); echo $_SESSION["n"];',
    [$id],
    // What waits here does so for 50 ms at least.
    ['error_log' => $log, 'rustdb.slow_lock_ms' => '20'],
);
wait_until(fn() => waiters($id) === 1);
$holder->rollback();
echo $waiter->end(), ', ', preg_match_all('/rustdb: waited \d+ ms/', file_get_contents($log)) >= 1 ? 'logged' : 'NOT LOGGED', "\n";

$lease = ['rustdb.lock' => 'lease', 'rustdb.table' => 't_slow_lock'];
$holder = new OtherProcess('$id = store_session(["n" => 1]); session_start(); tell($id); listen();', [], $lease);
run('lease', $holder->hear(), $lease + $slow);
echo $holder->end();
unlink($log);
unlink($script);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_slow_lock');
drop_table('t_slow_lock_lease');
?>
--EXPECTF--
row: started
rustdb: waited A-SECOND for session ITS-ID (table rustdb_test.rustdb_sessions on %s) in THE-SCRIPT
strict mode: started
rustdb: waited A-SECOND for session ITS-ID (table rustdb_test.rustdb_sessions on %s) in THE-SCRIPT
no script: started
rustdb: waited A-SECOND for session ITS-ID (table rustdb_test.rustdb_sessions on %s) in Standard input code
off: started
not as slow: started
in vain: not started
no wait: started
the lock was free in the end: 11, logged
lease: started
rustdb: waited A-SECOND for session ITS-ID (table rustdb_test.t_slow_lock on %s) in THE-SCRIPT
