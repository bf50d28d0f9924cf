--TEST--
Any number of Rustdb\Handler live at once, with other locks, tables and lifetimes, beside PHP's own session, and leave each other alone
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_many
rustdb.pool_size=10
session.gc_maxlifetime=1000
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

// Rounded up to ten: some seconds may have gone by.
$lives = fn(string $id) => 10 * ceil((row($id)['expires_at'] - row($id)['now']) / 10) . ' s';
$native = store_session(['n' => 1]);
session_id($native);
session_start();

// The same id in two tables is two sessions, and each has a lifetime of its own.
$id = framework_id();
$own = new Rustdb\Handler(['lifetime' => 500]);
$other = new Rustdb\Handler(['table' => 't_class_many_2', 'lock' => 'row', 'lifetime' => 5000]);
foreach (['own' => $own, 'other' => $other] as $name => $handler) {
    echo $handler->read($id), $handler->write($id, serialize(['from' => $name])), ' ';
}
echo stored($id), ' ', stored($id, ['table' => 't_class_many_2']), ' ', $lives($id), ' ';
$handler = new Rustdb\Handler;
$handler->write($id = framework_id(), 'a');
echo $lives($id), "\n";

// Each holds what it has read.
$ids = [];
foreach (range(1, 5) as $number) {
    store($ids[$number] = framework_id(), serialize(['n' => $number]));
    $holders[$number] = new Rustdb\Handler(['lock' => 'row']);
    $holders[$number]->read($ids[$number]);
}
echo 'held: ', json_encode(array_map(is_held(...), array_values($ids))), "\n";
$holders[2]->write($ids[2], serialize(['n' => 22]));
unset($holders[4]);
$holders[5]->destroy($ids[5]);
echo 'held: ', json_encode(array_map(is_held(...), array_values($ids))), ', PHP\'s own: ', json_encode(is_held($native)), "\n";

// PHP's own session is where it was, and what an object does with others leaves it alone.
echo 'merged into what PHP holds: ', preg_replace('/\(.*?\)/', '(WHO)', outcome(function () use ($native) {
    $handler = new Rustdb\Handler(['lock_wait' => 0, 'format' => 'php']);
    return [$handler->read($native), $handler->write($native, 'n|i:1;m|i:2;')];
})), "\n";
session_gc();
$_SESSION['n'] = 2;
echo json_encode(session_regenerate_id(true)), ' ', json_encode($_SESSION), ' ', json_encode(is_held(session_id())), "\n";
$_SESSION['o'] = 3;
session_write_close();
echo row(session_id())['data'], ' ', json_encode(array_map(fn($id) => row($id)['data'] ?? null, array_values($ids))), "\n";
// The next session of PHP's does not take anything of theirs.
foreach ([1, 3] as $number) {
    $holders[$number]->write($ids[$number], serialize(['n' => 100 + $number]));
}
session_start();
echo json_encode($_SESSION), ' ', stored($ids[1]), stored($ids[3]), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_many');
drop_table('t_class_many_2');
?>
--EXPECT--
1 1 a:1:{s:4:"from";s:3:"own";} a:1:{s:4:"from";s:5:"other";} 560 s 1060 s
held: [true,true,true,true,true]
held: [true,false,true,false,false], PHP's own: true
merged into what PHP holds: Rustdb\Exception: rustdb: cannot write session ID: another request held the session for longer than rustdb.lock_wait=0 s; shorten the request that holds it, call session_write_close(WHO) earlier there, or raise rustdb.lock_wait
true {"n":2} true
n|i:2;o|i:3; ["a:1:{s:1:\"n\";i:1;}","a:1:{s:1:\"n\";i:22;}","a:1:{s:1:\"n\";i:3;}","a:1:{s:1:\"n\";i:4;}",null]
{"n":2,"o":3} a:1:{s:1:"n";i:101;}a:1:{s:1:"n";i:103;}
