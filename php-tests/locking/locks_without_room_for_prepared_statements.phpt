--TEST--
Where the server takes no more prepared statements, sessions are locked, counted up and read all the same, and nothing is said
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('unprepared');
$admin = $server->admin();
$id = new_id();
$settings = ['rustdb.socket' => private_server_folder('unprepared') . '/db.sock'];
$admin->query('SET GLOBAL max_prepared_stmt_count=0');
$visits = new OtherProcess(<<<'PHP'
    while ($word = listen()) {
        if ($word === 'release') {
            session_write_close();
            tell('released');
            continue;
        }
        session_id($argv[1]);
        session_start($word === 'read' ? ['read_and_close' => true] : []);
        if ($word !== 'read') {
            $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        }
        tell("n=$_SESSION[n]");
    }
    PHP, [$id], $settings);
$say = function (string $word) use ($visits): void {
    $visits->say($word);
    echo "$word: ", $visits->hear(), "\n";
};
foreach (['start', 'release', 'start', 'release', 'start'] as $word) {
    $say($word);
}
try {
    $admin->query("SELECT 1 FROM rustdb_test.rustdb_sessions FOR UPDATE NOWAIT");
    echo "nobody holds it\n";
} catch (mysqli_sql_exception $e) {
    echo "it is held\n";
}
$say('release');
$say('read');
$say('read');
echo $visits->end();
$refused = $admin->query("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'")->fetch_row()[1];
echo "$refused statements prepared\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('unprepared');
?>
--EXPECT--
start: n=1
release: released
start: n=2
release: released
start: n=3
it is held
release: released
read: n=3
read: n=3
0 statements prepared
