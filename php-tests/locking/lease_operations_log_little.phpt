--TEST--
Taking, renewing and giving back a lease costs less than 1 KB of binary log each, whatever the session's size
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$mariadb = getenv('RUSTDB_TEST_FLAVOR') === 'mariadb';
$server = new PrivateServer('lease_log', '--server-id=1 --log-bin=binlog --binlog-row-image=FULL' . ($mariadb ? ' --binlog-format=ROW' : ''));
$server->admin();

/** How long the binary log is, in bytes; it is the server's only one. */
function log_length(): int
{
    global $mariadb;
    return (int) admin()->query($mariadb ? 'SHOW MASTER STATUS' : 'SHOW BINARY LOG STATUS')->fetch_assoc()['Position'];
}

/** Has the other process do something, and prints what that has added to the log. */
function run(string $operation, string $code = ''): void
{
    global $request;
    $before = log_length();
    if ($code !== '') {
        $request->say($code);
        if ($request->hear() !== 'done') {
            throw new Exception($request->end());
        }
    }
    wait_until(fn() => log_length() > $before);
    $bytes = log_length() - $before;
    echo "$operation: ", $bytes < 1024 ? 'under 1 KB' : ($bytes > 65536 ? 'the session as well' : "$bytes BYTES"), "\n";
}

$id = new_id();
$request = new OtherProcess(
    'while (($code = listen()) !== "") { eval($code); tell("done"); }',
    [],
    $server->settings() + ['rustdb.lock' => 'lease', 'rustdb.lease' => '3'],
);
$request->say("session_id('$id'); session_start(); session_write_close();"); // Makes the tables.
$request->hear();
run('take, a new session', "session_id('$id'); session_start();");
run('write, with giving back', '$_SESSION["large"] = random_bytes(65536); session_write_close();');
run('take', "session_id('$id'); session_start();");
run('renew');
run('renew again');
run('give back', 'session_write_close();');
run('take', "session_id('$id'); session_start();");
run('give back after an abort', '$_SESSION["large"] = ""; session_abort();');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('lease_log');
?>
--EXPECT--
take, a new session: under 1 KB
write, with giving back: the session as well
take: under 1 KB
renew: under 1 KB
renew again: under 1 KB
give back: under 1 KB
take: under 1 KB
give back after an abort: under 1 KB
