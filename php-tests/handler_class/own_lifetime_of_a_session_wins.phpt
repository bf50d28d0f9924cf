--TEST--
A Rustdb\Handler keeps the lifetime that a session has for itself, whatever its option lifetime says
--EXTENSIONS--
mysqli
--INI--
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';
require __DIR__ . '/../inc/lifetimes.inc';

$id = new_id();
ini_set('session.serialize_handler', 'php_serialize');
within($id, fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1);
foreach (['merge', 'row', 'none'] as $lock) {
    store($id, serialize(['lock' => $lock]), ['lock' => $lock, 'lifetime' => 300]);
    echo "$lock, changed: ", lives($id), ' ', stored($id), "\n";
    change_row($id, 'expires_at=expires_at-100');
    $handler = new Rustdb\Handler(['lock' => $lock, 'lifetime' => 9000]);
    $handler->write($id, $handler->read($id));
    echo "$lock, touched: ", lives($id), "\n";
}
?>
--EXPECT--
merge, changed: 600 in its row, lives for 660 s a:1:{s:4:"lock";s:5:"merge";}
merge, touched: 600 in its row, lives for 660 s
row, changed: 600 in its row, lives for 660 s a:1:{s:4:"lock";s:3:"row";}
row, touched: 600 in its row, lives for 660 s
none, changed: 600 in its row, lives for 660 s a:1:{s:4:"lock";s:4:"none";}
none, touched: 600 in its row, lives for 660 s
