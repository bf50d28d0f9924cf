--TEST--
A merge wakes no object up, and needs no class: a session with objects of unknown classes is merged by who has none
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_objects
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

// It says so whenever PHP makes one of it; nobody but the request that uses it does.
$class = 'class Loud { public $n = 1; public function __wakeup(): void { echo "WAKES "; } public function __destruct() { } }';
request($id = new_id(), "$class session_start(); \$_SESSION = ['loud' => new Loud(), 'n' => 1];", []);
// Each start wakes its own up, once.
$requests = [inside($id, '$_SESSION["loud"]->n = 2', [], $class), inside($id, '$_SESSION["b"] = 1', [], $class), inside($id, 'unset($_SESSION["n"])')];
echo implode(' / ', array_map(finish(...), $requests)), "\n", row($id)['data'], "\n";
// An object is one value: two that change the same one are a conflict.
$conflicts = 'session_write_close(); echo Rustdb\status()["counters"]["merge_conflicts"], " conflict"';
$wider = 'class Loud { public $n; public $a = 0; public $b = 0; }';
echo at_once($id, ['$_SESSION["loud"]->a = 1', "\$_SESSION['loud']->b = 2; $conflicts"], [], $wider), "\n";
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_objects');
?>
--EXPECT--
WAKES / WAKES / 
loud|O:4:"Loud":1:{s:1:"n";i:2;}b|i:1;
1 conflict
loud|O:4:"Loud":3:{s:1:"n";i:2;s:1:"a";i:0;s:1:"b";i:2;}b|i:1;
