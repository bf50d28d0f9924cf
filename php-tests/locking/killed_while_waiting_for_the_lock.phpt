--TEST--
A request whose statement or connection is killed while it waits for the lock waits on, and gets it
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_waiter
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
kill_connections();
foreach (['QUERY', 'CONNECTION'] as $kind) {
    $holder = hold_row($id);
    $waiter = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"]++;', [$id]);
    wait_until(fn() => waiters($id) === 1);
    [$before] = connections();
    admin()->query("KILL $kind $before");
    if ($kind === 'CONNECTION') {
        wait_until(fn() => !in_array($before, connections()));
    }
    wait_until(fn() => waiters($id) === 1);
    $holder->rollback();
    echo "KILL $kind: ", $waiter->end(), row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_waiter');
?>
--EXPECT--
KILL QUERY: n|i:2;
KILL CONNECTION: n|i:3;
