--TEST--
After a fork what a Rustdb\Handler holds is the parent's: the child's writes of it are refused, its other sessions work, and its end leaves the parent's lock and connection alone
--EXTENSIONS--
mysqli
pcntl
--INI--
rustdb.table=t_class_fork
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

[$held, $merged, $childs] = [framework_id(), framework_id(), framework_id()];
store($held, 'a:1:{s:1:"n";i:1;}');
store($merged, 'a:1:{s:1:"n";i:1;}');
$holder = new Rustdb\Handler(['lock' => 'row']);
$holder->read($held);
$merger = new Rustdb\Handler;
$merger->read($merged);
ob_end_flush();
ob_start();

$child = pcntl_fork();
if ($child === 0) {
    echo 'held: ', preg_replace('/process \d+/', 'process N', outcome(fn() => $holder->write($held, 'child'))), "\n";
    // The same id in another table is another session.
    $elsewhere = new Rustdb\Handler(['lock' => 'row', 'lock_wait' => 0, 'table' => 't_class_fork_2']);
    echo 'elsewhere: ', outcome(fn() => [$elsewhere->read($held), $elsewhere->write($held, 'child')]), "\n";
    echo 'read anew: ', preg_replace('/process \d+/', 'process N', outcome(fn() => (new Rustdb\Handler(['lock' => 'row']))->read($held))), "\n";
    // What was read before the fork is the parent's, held or not.
    echo 'merged: ', preg_replace('/process \d+/', 'process N', outcome(fn() => $merger->write($merged, 'a:2:{s:1:"n";i:1;s:5:"child";i:1;}'))), "\n";
    echo 'its own: ', outcome(fn() => [$merger->read($childs), $merger->write($childs, 'b')]), "\n";
    exit;
}
pcntl_waitpid($child, $status);
echo pcntl_wifexited($status) ? 'child ended, ' : 'child DIED, ';
echo is_held($held) ? 'still held, ' : 'FREE, ', row($held)['data'], "\n";
echo outcome(fn() => $holder->write($held, 'parent')), ' ', stored($held), "\n";
echo outcome(fn() => $merger->write($merged, 'a:2:{s:1:"n";i:1;s:6:"parent";i:1;}')), ' ', stored($merged), ' ', stored($childs), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_fork');
drop_table('t_class_fork_2');
?>
--EXPECT--
held: Rustdb\Exception: rustdb: cannot write session ID: the session was opened before a fork, its lock belongs to process N; call session_write_close() before the fork, or start another session in the child
elsewhere: ["",true]
read anew: Rustdb\Exception: rustdb: cannot read session ID: the session was opened before a fork, its lock belongs to process N; call session_write_close() before the fork, or start another session in the child
merged: Rustdb\Exception: rustdb: cannot write session ID: the session was opened before a fork, its lock belongs to process N; call session_write_close() before the fork, or start another session in the child
its own: ["",true]
child ended, still held, a:1:{s:1:"n";i:1;}
true parent
true a:2:{s:1:"n";i:1;s:6:"parent";i:1;} b
