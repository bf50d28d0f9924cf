--TEST--
After a fork the open session is the parent's: the child's write is refused with a warning, the parent keeps lock and connection
--EXTENSIONS--
mysqli
pcntl
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
session_id($id);
session_start();
$_SESSION['n'] = 'parent';
ob_end_flush();
ob_start();

$child = pcntl_fork();
if ($child === 0) {
    $_SESSION['n'] = 'child';
    session_write_close();
    session_id('t-fork-child');
    echo 'child starts its own: ', json_encode(session_start()), "\n";
    $_SESSION['mine'] = true;
    session_write_close();
    exit;
}
pcntl_waitpid($child, $status);
echo pcntl_wifexited($status) ? 'child ended, ' : 'child DIED, ';
// The child's end, and its own connection, left the parent's as it was. This connection was made after the fork.
echo is_held($id) ? 'still locked, ' : 'UNLOCKED, ', row($id)['data'], "\n";
session_write_close();
echo row($id)['data'], ' ', row('t-fork-child')['data'], is_held($id) ? ' LOCKED' : '', "\n";
session_start();
echo $_SESSION['n'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
admin()->query('DELETE FROM ' . row_of('t-fork-child'));
?>
--EXPECTF--
Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the session was opened before a fork, its lock belongs to process %d; call session_write_close() before the fork, or start another session in the child in %s on line %d
child starts its own: true
child ended, still locked, n|i:1;
n|s:6:"parent"; mine|b:1;
parent
