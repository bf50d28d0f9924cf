--TEST--
rustdb.password_file is read at each new connection, so that a changed password needs no restart
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$user = 't_password_rotates';
$file = tempnam(getenv('RUSTDB_TEST_DIR'), 'password');
file_put_contents($file, getenv('RUSTDB_TEST_PASSWORD'));
create_user('ALL', $user);
$visits = new OtherProcess(<<<'PHP'
    session_id(new_id());
    while (listen() === 'go') {
        session_start();
        $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        session_write_close();
        tell("visit $_SESSION[n]");
    }
    PHP, [], ['rustdb.user' => $user, 'rustdb.password_file' => $file]);
$visits->say('go');
echo $visits->hear(), "\n";
foreach (['localhost', '127.0.0.1'] as $host) {
    admin()->query("ALTER USER '$user'@'$host' IDENTIFIED BY 'another-horse'");
}
file_put_contents($file, "another-horse\n");
foreach (admin()->query("SELECT id FROM " . processlist() . " WHERE user='$user'")->fetch_all() as [$connection]) {
    admin()->query("KILL $connection");
}
$visits->say('go');
echo $visits->hear(), "\n";
echo $visits->end();
unlink($file);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_password_rotates');
?>
--EXPECT--
visit 1
visit 2
