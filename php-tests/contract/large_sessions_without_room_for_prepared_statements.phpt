--TEST--
Where the server takes no more prepared statements, large sessions are stored all the same, in each lock mode, and nothing is said
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('unprepared_large');
$admin = $server->admin();
$admin->query('SET GLOBAL max_prepared_stmt_count=0');
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $settings = [
        'rustdb.socket' => private_server_folder('unprepared_large') . '/db.sock',
        'rustdb.lock' => $lock,
    ];
    $visits = new OtherProcess(<<<'PHP'
        foreach (["a'?\\\0", "\xff?", ''] as $piece) {
            session_id($argv[1]);
            session_start();
            echo strlen($_SESSION['data'] ?? ''), ', ';
            if ($piece === '') {
                break;
            }
            Rustdb\label($piece[0] === 'a' ? 'alice?' : 'bob');
            $_SESSION['data'] = str_repeat($piece, 20_000);
            session_write_close();
            session_start(['read_and_close' => true]);
            echo $_SESSION['data'] === str_repeat($piece, 20_000) ? 'stored' : 'lost', "\n";
        }
        echo count(Rustdb\sessions('bob')), " session of bob\n";
        PHP, [new_id()], $settings);
    echo "lock=$lock: ", $visits->end();
    $admin->query('DELETE FROM rustdb_test.rustdb_sessions');
}
echo $admin->query("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")->fetch_row()[1], " statements prepared\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('unprepared_large');
?>
--EXPECT--
lock=row: 0, stored
100000, stored
40000, 1 session of bob
lock=lease: 0, stored
100000, stored
40000, 1 session of bob
lock=merge: 0, stored
100000, stored
40000, 1 session of bob
lock=none: 0, stored
100000, stored
40000, 1 session of bob
0 statements prepared
