--TEST--
ini_set() to lease, or from lease to another mode, is refused at once with a warning that says what to do
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_lease
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$code = <<<'PHP'
    set_error_handler(fn($level, $message) => print("$message\n"));
    foreach (['row', 'merge', 'none', 'lease'] as $mode) {
        $before = ini_get('rustdb.lock');
        echo "$before to $mode: ", json_encode(ini_set('rustdb.lock', $mode)), ', now ', ini_get('rustdb.lock'), "\n";
        ini_set('rustdb.lock', $before);
    }
    session_id($argv[1]);
    var_dump(session_start(), Rustdb\status()['lock']);
    PHP;
foreach (['row', 'merge', 'none', 'lease'] as $server) {
    echo "$server stands in php.ini:\n", (new OtherProcess($code, [new_id()], ['rustdb.lock' => $server]))->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_lease');
?>
--EXPECT--
row stands in php.ini:
row to row: "row", now row
row to merge: "row", now merge
row to none: "row", now none
row to lease: ini_set(): rustdb: rustdb.lock="lease" is not valid: it is row here, and lease is for all requests of a server or for none: set it in php.ini
false, now row
bool(true)
string(3) "row"
merge stands in php.ini:
merge to row: "merge", now row
merge to merge: "merge", now merge
merge to none: "merge", now none
merge to lease: ini_set(): rustdb: rustdb.lock="lease" is not valid: it is merge here, and lease is for all requests of a server or for none: set it in php.ini
false, now merge
bool(true)
string(5) "merge"
none stands in php.ini:
none to row: "none", now row
none to merge: "none", now merge
none to none: "none", now none
none to lease: ini_set(): rustdb: rustdb.lock="lease" is not valid: it is none here, and lease is for all requests of a server or for none: set it in php.ini
false, now none
bool(true)
string(4) "none"
lease stands in php.ini:
lease to row: ini_set(): rustdb: rustdb.lock="row" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini
false, now lease
lease to merge: ini_set(): rustdb: rustdb.lock="merge" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini
false, now lease
lease to none: ini_set(): rustdb: rustdb.lock="none" is not valid: it is lease here, and lease is for all requests of a server or for none: set it in php.ini
false, now lease
lease to lease: "lease", now lease
bool(true)
string(5) "lease"
