--TEST--
First requests of one id at once make one session of what each of them stores
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_births
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    // An id that rustdb has made, and left without a row.
    $id = trim(request('', 'session_start(); echo session_id();', $ini));
    echo at_once($id, ['$_SESSION["a"] = 1', '$_SESSION["b"] = [1]', '$_SESSION["b"] = [2]; show($argv[1])', ''], $ini), ', ';
    echo holds($id), ', ', json_encode(rows()), " row\n";
    request($id, 'session_start(); session_destroy();', $ini);
}
// A foreign one.
$id = new_id();
echo at_once($id, ['$_SESSION["a"] = 1', '$_SESSION["b"] = 2']), holds($id), ', ', rows(), " row\n";

// One whose session has expired: what it held is not in the next one.
change_row($id, 'expires_at=1');
echo at_once($id, ['$_SESSION["c"] = 3', '$_SESSION["d"] = 4']), holds($id), ', ', rows(), " row\n";
request($id, 'session_start(); session_destroy();', []);

// The server sees all of them at once.
$id = new_id();
$first = fn(int $number): string => "session_start(); \$_SESSION['k$number'] = $number; session_write_close();"
    . 'echo json_encode(array_intersect_key(Rustdb\status()["counters"], ["births" => 0, "merge_conflicts" => 0])), "\n";';
$said = side_by_side($id, array_map($first, range(1, 20)));
$total = [];
foreach (explode("\n", trim($said)) as $line) {
    foreach (json_decode($line) ?? [$line => 1] as $name => $count) {
        $total[$name] = ($total[$name] ?? 0) + $count;
    }
}
echo count(json_decode(holds($id), true)), ' keys, ', json_encode($total), ', ', rows(), " row\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_births');
?>
--EXPECT--
same id, {"b":[2]}, {"a":1,"b":[1,2]}, 1 row
same id, {"b":[2]}, {"a":1,"b":[1,2]}, 1 row
{"a":1,"b":2}, 1 row
{"c":3,"d":4}, 1 row
20 keys, {"births":1,"merge_conflicts":0}, 1 row
