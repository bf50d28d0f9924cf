--TEST--
A program that replaces PHP, or that a request has started, does not hold its lock: the connection does not pass on to it
--EXTENSIONS--
mysqli
pcntl
posix
--INI--
rustdb.lease=3
rustdb.table=t_exec
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** Whether a process has become the program "sleep". */
function sleeps(int $pid): bool
{
    return trim((string) @file_get_contents("/proc/$pid/comm")) === 'sleep';
}

$id = store_session(['n' => 1]);
$start = 'session_id($argv[1]); session_start(); $_SESSION["n"] = 2;';
foreach (['row', 'lease'] as $mode) {
    $ini = ['rustdb.lock' => $mode];
    $get = fn() => (new OtherProcess('session_id($argv[1]); session_start(); tell("n=$_SESSION[n]");', [$id], $ini))->hear();

    // The open transaction ends with its connection. A lease has nobody in the new program who could give it back
    // or renew it, so it ends by itself.
    $executes = new OtherProcess("$start tell('holds'); listen(); pcntl_exec('/bin/sleep', ['100']);", [$id], $ini);
    $executes->hear();
    echo $mode, ': ', ($mode === 'row' ? is_held($id) : lease($id) > 0) ? 'held, ' : 'NOT HELD, ';
    $executes->say();
    wait_until(fn() => sleeps($executes->pid()));
    echo 'after exec ', $get(), ', ', sleeps($executes->pid()) ? "while the program runs\n" : "after its END\n";
    posix_kill($executes->pid(), SIGKILL);

    // A program in the background outlives its request, here one that is killed.
    $starts = new OtherProcess("$start tell(exec('sleep 100 >/dev/null 2>&1 & echo \$!')); listen();", [$id], $ini);
    $background = (int) $starts->hear();
    posix_kill($starts->pid(), SIGKILL);
    echo "$mode: after the death of its parent ", $get(), ', ', sleeps($background) ? "while the program runs\n" : "after its END\n";
    posix_kill($background, SIGKILL);
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_exec');
?>
--EXPECT--
row: held, after exec n=1, while the program runs
row: after the death of its parent n=1, while the program runs
lease: held, after exec n=1, while the program runs
lease: after the death of its parent n=1, while the program runs
