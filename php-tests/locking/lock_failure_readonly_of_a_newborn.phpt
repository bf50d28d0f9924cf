--TEST--
With lock_failure=readonly a session that another request is just creating reads as empty, and cannot be written
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=1
rustdb.lock_failure=readonly
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = new_id();
$creator = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["a"] = "creator"; tell("creates"); listen();', [$id]);
echo $creator->hear(), "\n";

session_id($id);
var_dump(session_start(), $_SESSION);
$_SESSION['a'] = 'second';
session_write_close();
$creator->say();
echo $creator->end(), row($id)['data'], "\n";
?>
--EXPECTF--
creates
bool(true)
array(0) {
}

Warning: session_write_close(): rustdb: cannot write session %x… (table %s on %s): the session was read without its lock (rustdb.lock_failure=readonly); the changes were not stored in %s on line %d
a|s:7:"creator";
