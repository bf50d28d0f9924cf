--TEST--
With lock_wait=0 a held session fails at once, an existing one and one that is being born
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$existing = store_session(['a' => 1]);
$newborn = new_id();
$holders = [];
foreach ([$existing, $newborn] as $id) {
    $holders[] = $holder = new OtherProcess('session_id($argv[1]); session_start(); tell("holds"); listen();', [$id]);
    echo $holder->hear(), "\n";
    $begin = microtime(true);
    session_id($id);
    var_dump(session_start());
    $waited = microtime(true) - $begin;
    // MySQL takes innodb_lock_wait_timeout=0 for one second.
    echo $waited < 0.9 ? 'at once' : "after $waited s", "\n";
}
foreach ($holders as $holder) {
    $holder->say();
    echo $holder->end();
}
session_id($existing);
var_dump(session_start());
?>
--EXPECTF--
holds

Warning: session_start(): rustdb: cannot read session %x… (table %s on %s): another request held the session for longer than rustdb.lock_wait=0 s; %s in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
at once
holds

Warning: session_start(): rustdb: cannot read session %x… (table %s on %s): another request held the session for longer than rustdb.lock_wait=0 s; %s in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
at once
bool(true)
