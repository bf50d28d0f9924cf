--TEST--
phpinfo() shows server, table, lock mode, pool and counters of rustdb
--EXTENSIONS--
mysqli
--INI--
session.gc_probability=1
session.use_strict_mode=1
session.gc_divisor=1000000
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

function section(): string
{
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match('/^rustdb$.*?(?=^Directive)/ms', ob_get_clean(), $found);
    return str_replace("\n\n", "\n", $found[0]);
}

echo section();

$id = store_session(['a' => 1]);
session_start();
$_SESSION['a']++;
session_write_close();
change_row($id, 'expires_at=expires_at-100');
session_start();
session_write_close();
$holder = hold_row($id);
@session_start();
echo section();
?>
--EXPECTF--
rustdb
rustdb session save handler => enabled
Version => %d.%d.%d%S
Server => not connected yet
Table => %s.rustdb_sessions
Lock mode => row
Password => set (hidden)
Encryption of stored data => off
Compression => none
Pool => 0 of 2 connections, 0 idle
Connections made => 0
Connections replaced => 0
Sessions read => 0
Sessions written => 0
Sessions touched => 0
Sessions born => 0
New sessions left empty => 0
Lock waits over 10 ms => 0
Lock waits, microseconds in all => 0
Lock timeouts => 0
Statements retried => 0
Writes refused => 0
Writes refused by their version => 0
Sessions merged => 0
Merge conflicts => 0
Sessions collected => 0
rustdb
rustdb session save handler => enabled
Version => %d.%d.%d%S
Server => %d.%d.%s at %s
Encryption of the connection => %r(none|TLS 1\.[23])%r
Table => %s.rustdb_sessions
Lock mode => row
Password => set (hidden)
Encryption of stored data => off
Compression => none
Pool => 1 of 2 connections, 1 idle
Connections made => 1
Connections replaced => 0
Sessions read => 3
Sessions written => 2
Sessions touched => 1
Sessions born => 1
New sessions left empty => 0
Lock waits over 10 ms => %d
Lock waits, microseconds in all => %d
Lock timeouts => 1
Statements retried => 0
Writes refused => 0
Writes refused by their version => 0
Sessions merged => 0
Merge conflicts => 0
Sessions collected => 0