--TEST--
Requests that wait for one session get it in the order in which they came, also after several slices of their wait, and before those that come later
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['order' => '']);
$holder = hold_row($id);
$waiters = [];
foreach (['a', 'b', 'c', 'd', 'e'] as $name) {
    $waiters[] = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["order"] .= $argv[2];', [$id, $name]);
    wait_until(fn() => waiters($id) === count($waiters));
}
// Each wait for a row ends after a second, and begins again.
sleep(3);
$waiters[] = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["order"] .= $argv[2];', [$id, 'f']);
wait_until(fn() => waiters($id) === count($waiters));
$holder->rollback();
foreach ($waiters as $waiter) {
    echo $waiter->end();
}
echo row($id)['data'];
?>
--EXPECT--
order|s:6:"abcdef";
