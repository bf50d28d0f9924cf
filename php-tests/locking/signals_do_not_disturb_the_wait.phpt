--TEST--
Signals that arrive while session_start() waits do not disturb it, and their handlers run
--EXTENSIONS--
mysqli
pcntl
posix
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['n' => 1]);
$holder = hold_row($id);
$waiter = new OtherProcess(<<<'PHP'
    pcntl_async_signals(true);
    $caught = [];
    foreach ([SIGALRM, SIGUSR1] as $signal) {
        pcntl_signal($signal, function ($signal) use (&$caught) { $caught[] = $signal; }, false);
    }
    pcntl_alarm(1);
    $begin = microtime(true);
    session_id($argv[1]);
    echo session_start() ? 'started' : 'NOT started';
    $_SESSION['n']++;
    echo in_array(SIGALRM, $caught) ? ', alarm' : ', NO ALARM', in_array(SIGUSR1, $caught) ? ', usr1' : ', NO USR1';
    echo microtime(true) - $begin > 1 ? '' : ' TOO EARLY';
    PHP, [$id]);
wait_until(fn() => waiters($id) === 1);
for ($i = 0; $i < 25; $i++) {
    posix_kill($waiter->pid(), SIGUSR1);
    usleep(50_000);
}
echo waiters($id) === 1 ? 'still waits' : 'GAVE UP', "\n";
$holder->rollback();
echo $waiter->end(), "\n", row($id)['data'], "\n";
?>
--EXPECT--
still waits
started, alarm, usr1
n|i:2;
