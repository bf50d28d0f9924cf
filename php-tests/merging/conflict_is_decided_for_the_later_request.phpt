--TEST--
What two requests have both changed is as the later one wants it, and all else is kept
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_mine
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$counts = 'session_write_close(); $c = Rustdb\status()["counters"]; echo "$c[merges] merged, $c[merge_conflicts] conflicts, $c[refused_writes] refused"';
$user = '["user" => ["name" => "a", "mail" => "b", "age" => 1]]';
$pairs = [
    'a value' => ['["n" => 1]', '$_SESSION["n"] = 2', '$_SESSION["n"] = 3'],
    'the same change' => ['["n" => 1]', '$_SESSION["n"] = 2', '$_SESSION["n"] = 2'],
    'changed and unset' => ['["n" => 1]', '$_SESSION["n"] = 2', 'unset($_SESSION["n"])'],
    'unset and changed' => ['["n" => 1]', 'unset($_SESSION["n"])', '$_SESSION["n"] = 2'],
    'both unset' => ['["n" => 1]', 'unset($_SESSION["n"])', 'unset($_SESSION["n"])'],
    'both added' => ['["n" => 1]', '$_SESSION["new"] = 1', '$_SESSION["new"] = [2]'],
    'inside an array' => [$user, '$_SESSION["user"]["name"] = "x"; $_SESSION["user"]["age"] = 2', '$_SESSION["user"]["name"] = "y"; $_SESSION["user"]["mail"] = "z"'],
    'an array replaced' => ['["user" => ["name" => "a"]]', '$_SESSION["user"]["name"] = "x"', '$_SESSION["user"] = "none"'],
    // Both have made the same of it: nobody sees that they were two. Counters need a lock.
    'a counter' => ['["count" => 5]', '$_SESSION["count"]++', '$_SESSION["count"]++'],
    'a list of distinct values' => ['["seen" => [1, 2, 3]]', '$_SESSION["seen"] = [1, 3, 4]', '$_SESSION["seen"] = [2, 3, 5]'],
    'all unset' => ['["a" => 1, "b" => 2]', '$_SESSION = []', '$_SESSION["c"] = 3'],
    'all unset by the later' => ['["a" => 1, "b" => 2]', '$_SESSION["c"] = 3', '$_SESSION = []'],
    'several' => ['["a" => 1, "b" => 2]', '$_SESSION = ["a" => 2, "b" => 3, "c" => 4]', '$_SESSION = ["a" => 5, "b" => 6, "d" => 7]'],
];
foreach ($pairs as $what => [$before, $first, $second]) {
    request($id = new_id(), "session_start(); \$_SESSION = $before;", []);
    echo "$what: ", explode(' | ', at_once($id, ["$first; $counts", "$second; $counts"]))[1], ', ', holds($id), "\n";
}
$births = ['$_SESSION = ["n" => 1, "a" => 1];' . $counts, '$_SESSION = ["n" => 2, "b" => 2];' . $counts];
echo 'born twice: ', explode(' | ', at_once($id = new_id(), $births))[1], ', ', holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_mine');
?>
--EXPECT--
a value: 1 merged, 1 conflicts, 0 refused, {"n":3}
the same change: 1 merged, 0 conflicts, 0 refused, {"n":2}
changed and unset: 1 merged, 1 conflicts, 0 refused, []
unset and changed: 1 merged, 1 conflicts, 0 refused, {"n":2}
both unset: 1 merged, 0 conflicts, 0 refused, []
both added: 1 merged, 1 conflicts, 0 refused, {"n":1,"new":[2]}
inside an array: 1 merged, 1 conflicts, 0 refused, {"user":{"name":"y","mail":"z","age":2}}
an array replaced: 1 merged, 1 conflicts, 0 refused, {"user":"none"}
a counter: 1 merged, 0 conflicts, 0 refused, {"count":6}
a list of distinct values: 1 merged, 0 conflicts, 0 refused, {"seen":[3,4,5]}
all unset: 1 merged, 0 conflicts, 0 refused, {"c":3}
all unset by the later: 1 merged, 0 conflicts, 0 refused, {"c":3}
several: 1 merged, 2 conflicts, 0 refused, {"a":5,"b":6,"c":4,"d":7}
born twice: 1 merged, 1 conflicts, 0 refused, {"n":2,"a":1,"b":2}
