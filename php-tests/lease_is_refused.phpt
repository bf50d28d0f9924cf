--TEST--
rustdb.lock=lease is a clear error at session_start()
--INI--
rustdb.lock=lease
--FILE--
<?php
require __DIR__ . '/common.inc';

var_dump(session_start());
?>
--EXPECTF--

Warning: session_start(): rustdb: cannot start a session: rustdb.lock=lease is not supported by this version; set rustdb.lock=row or rustdb.lock=none in %s on line %d

Warning: session_start(): Failed to initialize storage module: rustdb (path: %S) in %s on line %d
bool(false)
