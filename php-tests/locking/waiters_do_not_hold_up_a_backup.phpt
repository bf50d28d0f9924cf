--TEST--
A backup of another database (mysqldump --single-transaction --flush-logs --master-data) while requests wait for a session holds up nobody
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/global_locks.inc';

$server = new PrivateServer('t_waits_backup', '--log-bin --server-id=1');
if (getenv('RUSTDB_TEST_FLAVOR') === 'mysql') {
    // What its mysqldump sends; that of MariaDB asks for what MySQL calls otherwise by now.
    hold_up($server, <<<'PHP'
        foreach (['FLUSH LOCAL TABLES', 'FLUSH TABLES WITH READ LOCK', 'FLUSH LOGS', 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ',
            'START TRANSACTION WITH CONSISTENT SNAPSHOT', 'UNLOCK TABLES', 'SELECT * FROM elsewhere.t', 'COMMIT'] as $sql) {
            $admin->query($sql);
        }
        PHP);
} else {
    hold_up($server, <<<'PHP'
        $command = ['mariadb-dump', '--no-defaults', '--host=' . getenv('RUSTDB_TEST_HOST'), '--port=' . getenv('RUSTDB_TEST_PORT'),
            '--user=' . getenv('RUSTDB_TEST_ADMIN_USER'), '--single-transaction', '--flush-logs', '--master-data=2', 'elsewhere'];
        putenv('MYSQL_PWD=' . getenv('RUSTDB_TEST_ADMIN_PASSWORD'));
        exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $lines, $status);
        if ($status !== 0 || !preg_grep('/^-- CHANGE MASTER TO/', $lines)) {
            tell(implode("\n", $lines));
        }
        PHP);
}
$server->run('stop');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('t_waits_backup');
?>
--EXPECT--
nobody was held up
all is stored that was said to be
all four stored something
