--TEST--
rustdb.new_lifetime is the life of a session that one request has used, and of one that several gave birth to at once
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_new_lifetime
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$ini = ['rustdb.new_lifetime' => '100', 'rustdb.touch_interval' => '0', 'session.gc_maxlifetime' => '5000'];
$life = fn(string $id) => row($id)['expires_at'] - row($id)['created_at'] > 1000 ? 'full' : 'short';
request($id = new_id(), 'session_start(); $_SESSION = ["n" => 1]; session_write_close(); session_start(); $_SESSION["n"] = 2;', $ini);
echo 'one request, twice: ', $life($id), "\n";
echo at_once($id, ['$_SESSION["a"] = 1', '$_SESSION["b"] = 1'], $ini), 'used by others: ', $life($id), ' ', holds($id), "\n";
echo at_once($id = new_id(), ['$_SESSION["a"] = 1', '$_SESSION["b"] = 1'], $ini), 'born by two: ', $life($id), ' ', holds($id), "\n";
request($id, 'session_start();', $ini);
echo 'touched by a third: ', $life($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_new_lifetime');
?>
--EXPECT--
one request, twice: short
used by others: full {"n":2,"a":1,"b":1}
born by two: short {"a":1,"b":1}
touched by a third: full
