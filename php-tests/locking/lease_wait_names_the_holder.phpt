--TEST--
With rustdb.lock=lease the warning after lock_wait says which process holds the session, and for how long
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.lock_wait=1
rustdb.table=t_lease_holder
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['n' => 1]);
$holder = new OtherProcess('session_id($argv[1]); session_start(); tell(getmypid()); listen();', [$id]);
$pid = $holder->hear();
$names = fn(string $said) => str_replace([" $pid ", ' ' . gethostname() . ' '], [' ITS-PID ', ' THIS-HOST '], $said);

echo $names(start_with([], $id));
// It does not wait, and is told all the same: that is one more row to be read.
echo $names(start_with(['rustdb.lock_wait' => '0'], $id));
echo $names(start_with(['rustdb.lock_failure' => 'readonly'], $id));

// A table made before there were these columns.
admin()->query('ALTER TABLE t_lease_holder_lease DROP COLUMN lease_holder, DROP COLUMN lease_since');
echo $names(start_with([], $id));
echo $holder->end(), start_with([], $id);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_lease_holder');
drop_table('t_lease_holder_lease');
?>
--EXPECTF--
session_start(): rustdb: cannot read session %x… (table rustdb_test.t_lease_holder on SERVER): another request held the session for longer than rustdb.lock_wait=1 s (held by pid ITS-PID on THIS-HOST for %d s); shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
not started
session_start(): rustdb: cannot read session %x… (table rustdb_test.t_lease_holder on SERVER): another request held the session for longer than rustdb.lock_wait=0 s (held by pid ITS-PID on THIS-HOST for %d s); shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
not started
started
session_start(): rustdb: cannot read session %x… (table rustdb_test.t_lease_holder on SERVER): another request held the session for longer than rustdb.lock_wait=1 s; shorten the request that holds it, call session_write_close() earlier there, or raise rustdb.lock_wait
not started
started
