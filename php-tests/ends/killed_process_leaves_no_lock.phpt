--TEST--
The lock of a process that was killed is free at once, and what was stored stays
--EXTENSIONS--
mysqli
posix
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['n' => 1]);
$newborn = new_id();
foreach ([$id, $newborn] as $killed) {
    $holder = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"] = 2; tell("holds"); listen();', [$killed]);
    $holder->hear();
    $waiter = new OtherProcess('session_id($argv[1]); session_start(); echo json_encode($_SESSION); session_abort();', [$killed]);
    wait_until(fn() => waiters($killed) === 1);
    posix_kill($holder->pid(), 9);
    echo $waiter->end(), is_held($killed) ? ' LOCKED' : '', "\n";
}
?>
--EXPECT--
{"n":1}
[]
