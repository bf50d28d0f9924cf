--TEST--
What requests of one session change in different places is all kept, whatever order they write in
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_all
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$before = ['user' => 'alice', 'cart' => ['book' => 1, 'pen' => 2], 'seen' => [7], 'log' => [['in']], 'gone' => 1];
$changes = [
    '$_SESSION["added"] = "by one"',
    '$_SESSION["user"] = "bob"',
    'unset($_SESSION["gone"])',
    '$_SESSION["cart"]["cup"] = 3',
    'unset($_SESSION["cart"]["book"])',
    '$_SESSION["cart"]["pen"] = 5',
    '$_SESSION["seen"][] = 8',
    '$_SESSION["seen"][] = 9',
    '$_SESSION["log"][] = ["one"]',
    '$_SESSION["log"][] = ["two"]',
    // Who changes nothing undoes nothing.
    '',
];
foreach ([$changes, array_reverse($changes)] as $order) {
    $id = store_session($before, new_id());
    echo at_once($id, $order), holds($id), "\n";
}

// With all of them at the server at the same time.
$id = store_session(['n' => 'before'], new_id());
$set = fn(int $number): string => "session_start(); \$_SESSION['k$number'] = $number; session_write_close();";
echo side_by_side($id, array_map($set, range(1, 20)));
$keys = json_decode(holds($id), true);
ksort($keys, SORT_NATURAL);
echo json_encode($keys), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_all');
?>
--EXPECT--
{"user":"bob","cart":{"pen":5,"cup":3},"seen":[7,8,9],"log":[["in"],["one"],["two"]],"added":"by one"}
{"user":"bob","cart":{"pen":5,"cup":3},"seen":[7,9,8],"log":[["in"],["two"],["one"]],"added":"by one"}
{"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9,"k10":10,"k11":11,"k12":12,"k13":13,"k14":14,"k15":15,"k16":16,"k17":17,"k18":18,"k19":19,"k20":20,"n":"before"}
