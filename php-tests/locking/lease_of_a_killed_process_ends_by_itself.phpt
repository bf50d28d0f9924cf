--TEST--
A process killed by SIGKILL cannot give its lease back: nobody renews it, so it ends within rustdb.lease, and what was stored stays
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.lock=lease
rustdb.lease=3
rustdb.table=t_killed_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
$newborn = new_id();
foreach ([$id, $newborn] as $killed) {
    $holder = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"] = 2; tell("holds"); listen();', [$killed]);
    $holder->hear();
    // Long enough for the first renewal, so that a lease whose renewal goes on would show.
    sleep(2);
    $waiter = new OtherProcess('session_id($argv[1]); session_start(); tell(json_encode($_SESSION)); session_abort();', [$killed]);
    posix_kill($holder->pid(), SIGKILL);
    $begin = microtime(true);
    echo $waiter->hear(), ' ';
    $took = microtime(true) - $begin;
    // The waiting request asks 20 times a second, and this machine may be busy.
    echo $took < 3 + 1 ? "within rustdb.lease\n" : "only after $took s\n";
    echo $waiter->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_killed_lease');
?>
--EXPECT--
{"n":1} within rustdb.lease
[] within rustdb.lease
