--TEST--
In strict mode an id that rustdb made is kept while its session is empty, and leaves no row; one that others made, that was destroyed, or that has a prefix is not
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_empty_keeps
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

$start = 'session_start(); show($argv[1]);';
$said = [];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    ob_start();
    $ini = ['rustdb.lock' => $lock];
    $make = fn(array $more = []) => trim(request('', 'session_start(); echo session_id();', $more + $ini));
    $id = $make();
    echo 'another request: ', request($id, $start, $ini);
    echo 'the same one: ', request($id, 'session_start(); session_write_close(); session_id($argv[1]); session_start(); show($argv[1]);', $ini);
    echo 'read_and_close: ', request($id, 'session_start(["read_and_close" => true]); show($argv[1]);', $ini);
    echo 'under a wrapper class: ', request($id, 'session_set_save_handler(new SessionHandler()); session_start(); show($argv[1]);', $ini);
    foreach ([[22, 6], [26, 5], [32, 4], [256, 6], [32, 6], [22, 4], [31, 4]] as [$length, $bits]) {
        // PHP 8.4 says at its start that these are deprecated.
        $more = ['session.sid_length' => (string) $length, 'session.sid_bits_per_character' => (string) $bits, 'display_startup_errors' => '0'];
        $other = $make($more);
        echo "$length characters of $bits bits: ", strlen($other), ', ', request($other, $start, $ini);
    }
    // With no session open rustdb is not asked; and a prefix is not rustdb's.
    $create = ['session_start(); echo session_create_id();', 'echo session_create_id();', 'session_start(); echo session_create_id("p-");'];
    foreach ($create as $code) {
        echo "$code ", request(trim(request('', $code, $ini)), $start, $ini);
    }
    echo 'made by others: ', request(new_id(), $start, $ini);
    $changed = substr_replace($id, $id[5] === '0' ? '1' : '0', 5, 1);
    echo 'with one character changed: ', request($changed, $start, $ini);
    request($id, 'session_start(); session_destroy();', $ini);
    echo 'destroyed: ', request($id, $start, $ini);
    echo rows(), " rows\n";
    $said[$lock] = ob_get_clean();
}
echo count(array_unique($said)) === 1 ? $said['row'] : var_export($said, true);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_empty_keeps');
?>
--EXPECT--
another request: same id, []
the same one: same id, []
read_and_close: same id, []
under a wrapper class: same id, []
22 characters of 6 bits: 22, same id, []
26 characters of 5 bits: 26, same id, []
32 characters of 4 bits: 32, same id, []
256 characters of 6 bits: 256, same id, []
32 characters of 6 bits: 32, same id, []
22 characters of 4 bits: 22, ANOTHER ID, []
31 characters of 4 bits: 31, ANOTHER ID, []
session_start(); echo session_create_id(); same id, []
echo session_create_id(); ANOTHER ID, []
session_start(); echo session_create_id("p-"); ANOTHER ID, []
made by others: ANOTHER ID, []
with one character changed: ANOTHER ID, []
destroyed: ANOTHER ID, []
0 rows
