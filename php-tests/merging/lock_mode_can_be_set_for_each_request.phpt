--TEST--
ini_set() before session_start() chooses among row, merge and none
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_modes
rustdb.user=t_merge_modes
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

create_user();
$id = store_session(['n' => 1], new_id());
foreach (['row', 'merge', 'none', 'row', 'none', 'merge', 'row'] as $mode) {
    var_dump(ini_set('rustdb.lock', $mode));
    session_id($id);
    session_start();
    $_SESSION["by_$mode"] = ($_SESSION["by_$mode"] ?? 0) + 1;
    echo "$mode: ", Rustdb\status()['lock'], ', row ', is_held($id) ? 'locked' : 'free', ', ', Rustdb\status()['pool']['in_use'], " in use\n";
    // It belongs to the session that starts next: this one goes on as it was.
    @ini_set('rustdb.lock', 'none');
    session_write_close();
}
echo holds($id), is_held($id) ? ' LOCKED' : '', "\n";
// What is none of them.
set_error_handler(fn($level, $message) => print("$message\n"));
foreach (['', 'Merge', 'fusion', "merge\0", 'row,merge'] as $value) {
    ini_set('rustdb.lock', 'row');
    echo json_encode($value), ': ', json_encode(ini_set('rustdb.lock', $value)), ', now ', json_encode(ini_get('rustdb.lock')), "\n";
}
ini_restore('rustdb.lock');
echo ini_get('rustdb.lock'), ', ', count(connections()), " connection\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_table('t_merge_modes');
drop_user('t_merge_modes');
?>
--EXPECT--
string(5) "merge"
row: row, row locked, 1 in use
string(4) "none"
merge: merge, row free, 0 in use
string(4) "none"
none: none, row free, 0 in use
string(4) "none"
row: row, row locked, 1 in use
string(4) "none"
none: none, row free, 0 in use
string(4) "none"
merge: merge, row free, 0 in use
string(4) "none"
row: row, row locked, 1 in use
{"n":1,"by_row":3,"by_merge":2,"by_none":2}
"": "row", now ""
"Merge": "row", now "Merge"
"fusion": ini_set(): rustdb: rustdb.lock="fusion" is not valid: one of row, merge, lease, none
false, now "row"
"merge\u0000": ini_set(): rustdb: rustdb.lock="merge\0" is not valid: one of row, merge, lease, none
false, now "row"
"row,merge": ini_set(): rustdb: rustdb.lock="row,merge" is not valid: one of row, merge, lease, none
false, now "row"
merge, 1 connection
