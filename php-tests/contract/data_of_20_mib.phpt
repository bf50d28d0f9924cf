--TEST--
A session of 20 MiB is stored and read back
--INI--
memory_limit=256M
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$blob = random_bytes(20 << 20);
$id = store_session(['blob' => $blob]);
$_SESSION = [];
var_dump(session_start(), strlen($_SESSION['blob']), $_SESSION['blob'] === $blob);
?>
--EXPECT--
bool(true)
int(20971520)
bool(true)
