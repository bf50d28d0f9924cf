--TEST--
Processes forked after a session was closed have connections of their own, as many as they are, and so keep each other out
--EXTENSIONS--
mysqli
pcntl
posix
--INI--
rustdb.user=t_forks
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 0]);
$before = connections();
ob_end_flush();
ob_start();
$children = [];
for ($i = 0; $i < 5; $i++) {
    if (!$children[] = pcntl_fork()) {
        // Leaves the parent's mysqli connection alone.
        for ($i = 0; $i < 10; $i++) {
            session_id($id);
            session_start();
            $_SESSION['n']++;
            session_write_close();
        }
        posix_kill(getmypid(), 9);
    }
}
foreach ($children as $child) {
    pcntl_waitpid($child, $status);
}
session_id($id);
session_start();
echo $_SESSION['n'], "\n";
wait_until(fn() => count(connections()) === 1); // The server has noticed that the children's are gone.
echo connections() === $before ? "the parent's connection lived on\n" : "the parent LOST its connection\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_forks');
?>
--EXPECT--
50
the parent's connection lived on
