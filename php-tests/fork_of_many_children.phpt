--TEST--
many children, one after another and each with a session of its own, all end by themselves
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/common.inc';

store_session(['n' => 1]);
$ended = 0;
for ($i = 0; $i < 100; $i++) {
    $child = pcntl_fork();
    if ($child === 0) {
        // Children whose memory lies differently found what the parent's sleeping threads had left behind.
        putenv('PADDING=' . str_repeat('x', $i * 20000));
        store_session(['n' => $i]);
        exit(0);
    }
    pcntl_waitpid($child, $status);
    $ended += pcntl_wifexited($status) && pcntl_wexitstatus($status) === 0 ? 1 : 0;
}
var_dump($ended);
?>
--EXPECT--
int(100)
