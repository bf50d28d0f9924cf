--TEST--
A process that was stopped for longer than its lease finds it gone: its write is refused loudly and the other request's stands; where nobody came meanwhile it is stored
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.lock=lease
rustdb.lease=3
rustdb.table=t_stopped_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** A process that has written "stopped" into its session but not stored it yet, and was stopped then. */
function stopped(string $id): OtherProcess
{
    $process = new OtherProcess(<<<'PHP'
        session_id($argv[1]);
        session_start();
        $_SESSION['n'] = 'stopped';
        tell('holds');
        listen();
        session_write_close();
        PHP, [$id]);
    $process->hear();
    posix_kill($process->pid(), SIGSTOP);
    return $process;
}

/** Lets it go on and store; prints its warnings. */
function go_on(OtherProcess $process): void
{
    posix_kill($process->pid(), SIGCONT);
    $process->say();
}

$id = store_session(['n' => 'old']);
echo "another request has stored meanwhile:\n";
$stopped = stopped($id);
session_id($id);
session_start(); // Waits until the lease has run out.
echo "it read $_SESSION[n]\n";
$_SESSION['n'] = 'other';
session_write_close();
go_on($stopped);
echo $stopped->end(), 'stored: ', row($id)['data'], ' ', lease($id), "\n";

$id = store_session(['n' => 'old']);
echo "\nanother request is still at work:\n";
$stopped = stopped($id);
session_id($id);
session_start();
go_on($stopped);
usleep(300_000); // Its write now waits for our lease; if it does not yet, the outcome is the same.
echo 'stored while ours is held: ', row($id)['data'], ' ', lease($id) > 0 ? 'leased' : 'NOT LEASED', "\n";
$_SESSION['n'] = 'other';
session_write_close();
echo $stopped->end(), 'stored: ', row($id)['data'], ' ', lease($id), "\n";

$id = store_session(['n' => 'old']);
echo "\nnobody came meanwhile:\n";
$stopped = stopped($id);
wait_until(fn() => lease($id) === 0);
go_on($stopped);
echo $stopped->end(), 'stored: ', row($id)['data'], ' ', lease($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_stopped_lease');
?>
--EXPECTF--
another request has stored meanwhile:
it read old

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the lock was lost and another request changed the session meanwhile; %s in %s on line %d
stored: n|s:5:"other"; 0

another request is still at work:
stored while ours is held: n|s:3:"old"; leased

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the lock was lost and another request changed the session meanwhile; %s in %s on line %d
stored: n|s:5:"other"; 0

nobody came meanwhile:
stored: n|s:7:"stopped"; 0
