--TEST--
Where MariaDB closes connections whose transaction is idle, none is left open between two sessions
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mariadb') {
    die('skip MySQL has no idle_transaction_timeout');
}
?>
--FILE--
<?php
require __DIR__ . '/private_server.inc';

$server = new PrivateServer('idle_transactions');
$admin = $server->admin();
$settings = ['rustdb.socket' => private_server_folder('idle_transactions') . '/db.sock'];
$admin->query("SET GLOBAL log_output='TABLE'");
$admin->query('SET GLOBAL general_log=1');
foreach (['idle_transaction_timeout', 'idle_readonly_transaction_timeout', ''] as $limit) {
    if ($limit) {
        $admin->query("SET GLOBAL $limit=1000");
    }
    $visits = new OtherProcess(<<<'PHP'
        session_id($argv[1]);
        for ($n = 0; $n < 2; $n++) {
            session_start();
            $_SESSION['n'] = $n;
            session_write_close();
            session_start();
            session_write_close();
        }
        PHP, [new_id()], $settings);
    echo $visits->end();
    $chained = $admin->query("SELECT COUNT(*) FROM mysql.general_log WHERE argument LIKE '%AND CHAIN' AND user_host LIKE 'rustdb%'")->fetch_row()[0];
    echo $limit ?: 'no limit', ': ', $chained > 1 ? 'begun before their time' : "$chained begun before their time", "\n";
    if ($limit) {
        $admin->query("SET GLOBAL $limit=0");
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/private_server.inc';
stop_private_server('idle_transactions');
?>
--EXPECT--
idle_transaction_timeout: 0 begun before their time
idle_readonly_transaction_timeout: 0 begun before their time
no limit: begun before their time
