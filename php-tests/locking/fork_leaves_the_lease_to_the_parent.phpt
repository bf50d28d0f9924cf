--TEST--
After a fork the lease is the parent's, which goes on renewing it; a child neither writes with it nor ends it, and gives back its own
--EXTENSIONS--
mysqli
pcntl
--INI--
rustdb.lock=lease
rustdb.lease=3
rustdb.table=t_forked_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
$own = new_id();
session_id($id);
session_start();
ob_end_flush();
ob_start();

$first = pcntl_fork();
if ($first === 0) {
    exit; // With the session open, as a child that knows nothing of sessions.
}
pcntl_waitpid($first, $status);

$_SESSION['n'] = 'parent';
$child = pcntl_fork();
if ($child === 0) {
    $_SESSION['n'] = 'child';
    session_write_close();
    session_id($own);
    session_start();
    $_SESSION['mine'] = true;
    sleep(4); // Longer than a lease, so both processes have to renew theirs.
    exit;
}
// This process's own connection to the server was made after the forks.
wait_until(fn() => lease($own) > 0);
$left = PHP_INT_MAX;
while (pcntl_waitpid($child, $status, WNOHANG) === 0) {
    // The child's lease ends with its write.
    $left = min($left, lease($id), lease($own) ?: (row($own) === null ? 0 : $left));
    usleep(50_000);
}
echo 'while it ran ', $left > 0 ? 'both leases ran' : 'a lease ENDED', "\n";
echo lease($id) > 0 ? "the parent's lease runs" : "the parent's lease is GONE", ', ';
echo lease($own) === 0 ? "the child's is given back" : "the child's is LEFT", ', ', row($own)['data'], "\n";
session_write_close();
echo row($id)['data'], ' ', lease($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_forked_lease');
?>
--EXPECTF--

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the session was opened before a fork, its lock belongs to process %d; call session_write_close() before the fork, or start another session in the child in %s on line %d
while it ran both leases ran
the parent's lease runs, the child's is given back, mine|b:1;
n|s:6:"parent"; 0
