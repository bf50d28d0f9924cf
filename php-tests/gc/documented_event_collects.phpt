--TEST--
the CREATE EVENT that docs/operate.md shows is taken by the server, and what it runs deletes expired sessions only
--EXTENSIONS--
mysqli
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT is not set'); ?>
--INI--
rustdb.table=t_readme_event
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$live = store_session(['a' => 1]);
$expired = store_session(['a' => 1]);
$held = store_session(['a' => 1]);
change_row($expired, 'expires_at=1');
change_row($held, 'expires_at=1');
$holder = hold_row($held);
session_id($marked = store_session(['a' => 1]));
session_start();
session_regenerate_id(true);
session_write_close();

$page = file_get_contents(getenv('RUSTDB_ROOT') . '/docs/operate.md');
preg_match('/^CREATE EVENT .*?;$/ms', $page, $event);
$event = strtr($event[0], ['rustdb_sessions' => 't_readme_event', 'app.rustdb_gc' => 't_readme_event']);
var_dump(admin()->query(strtr($event, ['EVERY 1 MINUTE' => 'EVERY 1 YEAR STARTS NOW() + INTERVAL 1 DAY'])));

admin()->query(rtrim(substr($event, strpos($event, 'DELETE')), ';'));
var_dump(row($live) !== null, row($expired), row($held) !== null, mark_of($marked));
change_row($marked, 'expires_at=expires_at-60');
admin()->query(rtrim(substr($event, strpos($event, 'DELETE')), ';'));
var_dump(mark_of($marked));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
admin()->query('DROP EVENT IF EXISTS t_readme_event');
drop_table('t_readme_event');
?>
--EXPECT--
bool(true)
bool(true)
NULL
bool(true)
string(11) "regenerated"
NULL
