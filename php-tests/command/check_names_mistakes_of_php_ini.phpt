--TEST--
rustdb check names what php.ini has wrong: the save handler, strict mode, cookies, files, values that are not valid
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

tell_check(['session.save_handler' => 'files']);
tell_check(['session.use_strict_mode' => '0', 'session.cookie_secure' => '0', 'session.cookie_httponly' => '0', 'session.cookie_samesite' => '']);
tell_check(['session.cookie_secure' => '0', 'session.cookie_samesite' => 'None']);
tell_check(['rustdb.password_file' => '/nonexistent']);
tell_check(['rustdb.lock_wait' => 'long'], ['hosts', 'proof']);
tell_check(['rustdb.lock' => 'lease', 'rustdb.lock_wait' => '10', 'rustdb.table' => 't_command_ini'], ['cluster']);
echo "-- PHP without rustdb\n";
exec(escapeshellarg(PHP_BINARY) . ' -n ' . escapeshellarg(getenv('RUSTDB_ROOT')) . '/bin/rustdb check --root /nonexistent 2>&1', $said, $status);
echo implode("\n", $said), "\nstatus $status\n";
exec(escapeshellarg(PHP_BINARY) . ' -n ' . escapeshellarg(getenv('RUSTDB_ROOT')) . '/bin/rustdb gc 2>&1', $refused, $status);
echo implode("\n", $refused), "\nstatus $status\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_ini');
?>
--EXPECTF--
handler error: session.save_handler is files: rustdb keeps no session -> session.save_handler = rustdb
collecting warning: nobody is seen here who collects expired sessions (session.gc_probability is 0, and no cron job calls rustdb gc or session_gc()); %d expired session%S waiting%S -> a line in /etc/cron.d: */5 * * * * www-data rustdb gc; docs/collecting.md, unless another machine or an event of the server does
status 1
strict_mode warning: session.use_strict_mode is off (cli): a visitor can be made to use an id that somebody else knows -> session.use_strict_mode = 1
cookies warning: the session's cookie, unless the site says otherwise: no secure, no httponly, no samesite (cli) -> session.cookie_secure = 1 where the site is https only, session.cookie_httponly = 1, session.cookie_samesite = Lax
status 0
cookies error: the session's cookie, unless the site says otherwise: no secure, httponly, samesite=None (cli); browsers drop a cookie of samesite=None that is not secure -> session.cookie_secure = 1 where the site is https only
status 1
secrets error: rustdb.password_file is /nonexistent, which is no file that can be seen from here -> correct the path, or the rights of its folder
hosts error: SERVER: rustdb.password_file=/nonexistent is not valid: %s -> %s
status 1
hosts error: cannot look at the database: rustdb.lock_wait=%Slong%S is not valid: %s; correct it in php.ini or the pool's configuration
%Astatus 1
cluster warning: rustdb.lease is 15 s, and rustdb.lock_wait 10 s: who waits for a request that died gives up before its lease ends -> rustdb.lease under rustdb.lock_wait
status 0
-- PHP without rustdb
✘ rustdb is not loaded by PHP %s (cli, no php.ini) → %S
0 fine, 1 wrong
status 1
rustdb: the extension rustdb is not loaded by this PHP (%s, no php.ini): `rustdb check` tells more
status 1
