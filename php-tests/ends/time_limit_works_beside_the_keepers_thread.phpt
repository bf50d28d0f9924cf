--TEST--
set_time_limit() ends the script beside the thread that keeps locks, which blocks all signals
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (!is_dir('/proc/self/task')) die('skip no /proc/self/task');
?>
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

store_session(['n' => 1]);
session_start();
$blocked = [];
// A new thread has no name of its own for a moment, and the C library blocks its two signals as well until it runs.
wait_until(function () use (&$blocked) {
    foreach (glob('/proc/self/task/*/status') as $file) {
        preg_match('/^Name:\s*(\S+).*^SigBlk:\s*(\w+)/ms', file_get_contents($file), $found);
        $blocked[$found[1]] = $found[2];
    }
    return ($blocked['rustdb-keeper'] ?? '') === 'fffffffe7ffbfeff';
});
// All but SIGKILL and SIGSTOP, and the two that the C library keeps for itself.
echo $blocked['rustdb-keeper'], "\n";
echo count($blocked), " threads\n";
ob_end_flush();
set_time_limit(1);
while (true);
?>
--EXPECTF--
fffffffe7ffbfeff
3 threads

Fatal error: Maximum execution time of 1 second exceeded in %s on line %d
