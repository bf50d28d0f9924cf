--TEST--
Requests that lock, merge and only read, all of one session side by side: each change is kept
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_hundreds
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 0], new_id());
/** A request that starts the session 25 times; $lock is PHP code. */
function loop(string $lock, string $body): string
{
    return "for (\$i = 0; \$i < 25; \$i++) { ini_set('rustdb.lock', $lock); session_start(); $body session_write_close(); }";
}
$codes = [];
foreach (range(1, 4) as $number) {
    // A counter needs the lock; keys of one's own do not.
    $codes[] = loop('"row"', '$_SESSION["n"]++;');
    $codes[] = loop('"merge"', "\$_SESSION['list$number'][] = \$i;");
    $codes[] = loop('$i % 2 ? "row" : "merge"', "\$_SESSION['mixed$number'][\$i] = \$i;");
}
$codes[] = loop('"merge"', '');
echo side_by_side($id, $codes);
$found = json_decode(holds($id), true);
ksort($found);
$counts = array_map(fn($value) => is_array($value) ? count(array_unique($value)) . ' of ' . count($value) : $value, $found);
echo json_encode($counts), is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_hundreds');
?>
--EXPECT--
{"list1":"25 of 25","list2":"25 of 25","list3":"25 of 25","list4":"25 of 25","mixed1":"25 of 25","mixed2":"25 of 25","mixed3":"25 of 25","mixed4":"25 of 25","n":100}
