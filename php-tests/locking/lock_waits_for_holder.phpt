--TEST--
session_start() waits for the request that holds the session, and then sees what it stored
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['visits' => 1]);
$visit = 'session_id($argv[1]); session_start(); tell(++$_SESSION["visits"]); listen();';
$holder = new OtherProcess($visit, [$id]);
echo 'the holder counts ', $holder->hear(), "\n";

$waiter = new OtherProcess($visit, [$id]);
wait_until(fn() => waiters($id) === 1);
echo "the waiter waits\n";
$holder->say();
echo 'the waiter counts ', $waiter->hear(), "\n";
$waiter->say();
echo $holder->end(), $waiter->end();
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";
?>
--EXPECT--
the holder counts 2
the waiter waits
the waiter counts 3
visits|i:3;
