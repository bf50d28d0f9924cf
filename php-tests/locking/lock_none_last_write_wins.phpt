--TEST--
With lock=none requests of one session do not wait for each other, and the last write wins
--EXTENSIONS--
mysqli
--INI--
rustdb.lock="none"
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
$other = new OtherProcess(<<<'PHP'
    session_id($argv[1]);
    session_start();
    tell('other reads ' . json_encode($_SESSION));
    listen();
    $_SESSION['n'] = 'other';
    session_write_close();
    tell('other wrote');
    PHP, [$id]);
echo $other->hear(), "\n";
session_id($id);
session_start();
echo 'this one reads ', json_encode($_SESSION), is_held($id) ? ' LOCKED' : '', "\n";
$other->say();
echo $other->hear(), ': ', row($id)['data'], "\n";
$_SESSION['n'] = 'last';
session_write_close();
echo 'this one wrote: ', row($id)['data'], $other->end(), "\n";

foreach ([100_000, 3] as $length) {
    $id = new_id();
    store_session(['large' => str_repeat('x', $length)], $id);
    store_session(['large' => str_repeat('y', $length)], $id);
    echo strlen(row($id)['data']), ' bytes', is_held($id) ? ' LOCKED' : '', "\n";
}
session_start();
session_destroy();
var_dump(row($id));
?>
--EXPECT--
other reads {"n":1}
this one reads {"n":1}
other wrote: n|s:5:"other";
this one wrote: n|s:4:"last";
100018 bytes
16 bytes
NULL
