--TEST--
In strict mode a visitor keeps the id while the database is down: a warning, and no new cookie
--INI--
session.use_strict_mode=1
rustdb.socket=/nonexistent/rustdb.sock
--COOKIE--
PHPSESSID=0123456789abcdefghijklmnopqrstuv
--FILE--
<?php
var_dump(session_start());
var_dump(session_status() === PHP_SESSION_NONE);
var_dump(preg_grep('/^Set-Cookie/i', headers_list()));
?>
--EXPECTF--
Warning: session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on /nonexistent/rustdb.sock): no connection: /nonexistent/rustdb.sock: %s; check that the server runs and takes writes, and rustdb.host or rustdb.socket in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
bool(true)
array(0) {
}
