--TEST--
A commit whose answer was lost is settled by the row: this request's own version proves it, and it is not written twice
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$visitor = new Visitor();
$id = store_session(['n' => 1]);
$visitor->proxy->order('lose-answer', 'update, commit');
$commands = $visitor->send("session_id('$id'); session_start(); \$_SESSION['n']++; session_write_close();");
echo 'written ', count(array_keys($commands, 'update, commit')), ' times, then: ', implode(' | ', array_slice($commands, -2)), "\n";
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--EXPECT--
written 1 times, then: set, select for update | rollback
n|i:2;
