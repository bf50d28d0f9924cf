--TEST--
rustdb.new_lifetime is that of a session which a Rustdb\Handler has read once, in a process of many requests as well; what other sessions do makes no difference
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_new
rustdb.new_lifetime=200
session.gc_maxlifetime=1000
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

$lives = fn(string $id) => round(row($id)['expires_at'] - row($id)['now'], -1) . ' s';
$one = new Rustdb\Handler;
$session = fn(int $n) => "a:1:{s:1:\"n\";i:$n;}";
foreach (['first', 'second'] as $visitor) {
    $one->read($id = framework_id());
    $one->write($id, $session(1));
    echo "$visitor: ", $lives($id), ', written twice: ';
    $one->write($id, $session(2));
    echo $lives($id), ', read again: ';
    $one->read($id);
    $one->write($id, $session(3));
    echo $lives($id), ', under a new id: ';
    $one->read($id);
    $one->destroy($id);
    $one->write($new = framework_id(), $session(4));
    echo $lives($new), "\n";
}
// A known session that another object reads is nobody's second request.
$known = $new;
(new Rustdb\Handler)->read($known);
$other = new Rustdb\Handler;
$other->read($id = framework_id());
$other->write($id, $session(1));
echo 'beside a known one: ', $lives($id), "\n";
session_start();
$_SESSION['n'] = 1;
session_write_close();
echo "PHP's own beside known ones: ", $lives(session_id()), "\n";
// Under session_set_save_handler() a request may start its session as often as it likes.
session_set_save_handler(new Rustdb\Handler);
session_id($id = new_id());
foreach ([1, 2, 3] as $n) {
    session_start();
    $_SESSION['n'] = $n;
    session_write_close();
}
echo 'three starts of one request: ', $lives($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_new');
?>
--EXPECT--
first: 200 s, written twice: 200 s, read again: 1060 s, under a new id: 1060 s
second: 200 s, written twice: 200 s, read again: 1060 s, under a new id: 1060 s
beside a known one: 200 s
PHP's own beside known ones: 200 s
three starts of one request: 200 s
