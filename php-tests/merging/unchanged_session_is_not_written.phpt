--TEST--
An unchanged session is read and not written; its expiry is moved when due, and never over another request's write
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_unchanged
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 1], new_id());
$before = row($id);
request($id, 'session_start();', []);
request($id, 'session_start(); $_SESSION["n"] = 2; $_SESSION["n"] = 1;', []);
var_dump(array_diff_assoc(row($id), $before) === [] || array_keys(array_diff_assoc(row($id), $before)) === ['now']);

// Due: the expiry lags behind by more than rustdb.touch_interval.
change_row($id, 'expires_at=expires_at-600');
$lagging = row($id);
request($id, 'session_start();', []);
$touched = row($id);
var_dump($touched['expires_at'] - $lagging['expires_at'] > 590, $touched['version'] === $lagging['version']);

// Two that are due at once, and one that writes in between.
change_row($id, 'expires_at=expires_at-600');
echo at_once($id, ['', '$_SESSION["written"] = 1', '']), holds($id), "\n";
$after = row($id);
var_dump($after['expires_at'] - $lagging['expires_at'] > 590);
// A touch after a write of a shorter life leaves that.
change_row($id, 'expires_at=expires_at-600');
$late = inside($id);
request($id, 'session_start(); $_SESSION["n"] = 3;', ['session.gc_maxlifetime' => '100']);
$short = row($id);
echo finish($late);
var_dump(row($id)['expires_at'] === $short['expires_at'], row($id)['version'] === $short['version']);
$counted = 'session_start(); session_write_close(); echo json_encode(array_filter(Rustdb\status()["counters"])), "\n";';
echo request($id, $counted, ['session.gc_maxlifetime' => '100']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_unchanged');
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
{"n":1,"written":1}
bool(true)
bool(true)
bool(true)
{"connects":1,"reads":1}
