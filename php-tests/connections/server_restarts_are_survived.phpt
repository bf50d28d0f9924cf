--TEST--
A restart of the server between two sessions goes unnoticed, and one during a session loses neither data nor the lock's purpose
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('restart');
$id = new_id();
$visits = new OtherProcess(<<<'PHP'
    while (listen() === 'visit') {
        session_id($argv[1]);
        session_start();
        $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        tell("n=$_SESSION[n]");
        listen();
        session_write_close();
        tell('closed');
    }
    PHP, [$id], $server->settings());

foreach (['restart', 'kill-restart'] as $restart) {
    $visits->say('visit');
    echo $visits->hear(), ', ';
    $visits->say();
    echo $visits->hear(), "\n";

    echo "$restart between the sessions: ";
    $server->run($restart);
    $visits->say('visit');
    echo $visits->hear(), ', ';

    echo "$restart during one: ";
    $server->run($restart);
    $visits->say();
    echo $visits->hear(), "\n";
}
echo $visits->end();
$server->admin();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('restart');
?>
--EXPECT--
n=1, closed
restart between the sessions: n=2, restart during one: closed
n=3, closed
kill-restart between the sessions: n=4, kill-restart during one: closed
n|i:4;
