--TEST--
rustdb.lock=lease keeps other requests out without an open transaction, and gives the session back with the write
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.lock_wait=1
rustdb.table=t_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);

session_id($id);
session_start();
$_SESSION['n']++;
var_dump(lease($id) > 0, is_held($id));

$other = new OtherProcess('session_id($argv[1]); tell(@session_start() ? "started" : "refused");', [$id]);
var_dump($other->hear());
$other->end();

session_write_close();
var_dump(lease($id) > 0);
session_id($id);
session_start(['read_and_close' => true]);
var_dump($_SESSION);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_lease');
?>
--EXPECT--
bool(true)
bool(false)
string(7) "refused"
bool(false)
array(1) {
  ["n"]=>
  int(2)
}
