--TEST--
Of requests at once whoever changed the session's own lifetime wins, and of two the later one, under merge as under none
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_own_at_once
session.gc_maxlifetime=1440
rustdb.merge_conflict=refuse
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';
require __DIR__ . '/../inc/merging.inc';

$large = '$_SESSION["b"] = str_repeat("x", 40_000);';
$set = 'Rustdb\lifetime(600);';
$pairs = [
    'one sets it, another writes' => [0, [$set, '$_SESSION["b"] = 1;']],
    'one writes, another sets it' => [0, ['$_SESSION["b"] = 1;', $set]],
    'one sets it, another writes much' => [0, [$set, $large]],
    'one writes much, another sets it' => [0, [$large, $set]],
    'one takes it away, another writes' => [500, ['Rustdb\lifetime(null);', '$_SESSION["b"] = 1;']],
    'one writes, another takes it away' => [500, ['$_SESSION["b"] = 1;', 'Rustdb\lifetime(null);']],
    'both set it' => [500, [$set, 'Rustdb\lifetime(700);']],
    'one takes it away, another sets it' => [500, ['Rustdb\lifetime(null);', $set]],
    'one sets it, another takes it away' => [500, [$set, 'Rustdb\lifetime(null);']],
    'one sets it, another sets what it read' => [500, [$set, 'Rustdb\lifetime(500); $_SESSION["b"] = 1;']],
    'one sets it, another only looks' => [0, [$set, '']],
    'one sets it, three write' => [0, [$set, '$_SESSION["b"] = 1;', '$_SESSION["c"] = 1;', '$_SESSION["d"] = 1;']],
];
foreach (['merge', 'none'] as $mode) {
    echo "$mode:\n";
    ini_set('rustdb.lock', $mode);
    foreach ($pairs as $what => [$own, $codes]) {
        $id = within(new_id(), fn() => Rustdb\lifetime($own ?: null) . $_SESSION['a'] = 1);
        echo "$what: ", at_once($id, $codes), lives($id), "\n";
    }
}

ini_set('rustdb.lock', 'merge');
$id = new_id();
echo 'born at once, the first with it: ', at_once($id, ["$set \$_SESSION['a'] = 1;", '$_SESSION["b"] = 1;']), lives($id), ' ', holds($id), "\n";
$id = new_id();
echo 'born at once, the second with it: ', at_once($id, ['$_SESSION["b"] = 1;', "$set \$_SESSION['a'] = 1;"]), lives($id), ' ', holds($id), "\n";

// It goes along to another id with what was stored meanwhile.
foreach (['true', 'false'] as $delete) {
    foreach (['changed' => '$_SESSION["n"] = 1;', 'unchanged' => '', 'set, too' => 'Rustdb\lifetime(700);'] as $what => $change) {
        $id = store_session(['a' => 1], new_id());
        $page = inside($id, "$change session_regenerate_id($delete); fwrite(STDOUT, session_id());");
        within($id, fn() => Rustdb\lifetime(600) . $_SESSION['b'] = 1);
        $new = finish($page);
        echo "regenerated ($delete), $what: ", lives($new), ' ', holds($new), "\n";
    }
}

// A refused change leaves what others have made of the session under its new id.
$id = store_session(['a' => 1], new_id());
$page = inside($id, '$_SESSION["a"] = 2; Rustdb\lifetime(700); session_regenerate_id(true); fwrite(STDOUT, session_id() . " ");');
within($id, fn() => Rustdb\lifetime(600) . $_SESSION['a'] = 3);
[$new, $warning] = explode(' ', finish($page), 2);
echo 'refused: ', lives($new), ' ', holds($new), ' ', preg_replace('/ \(.*/', '', $warning), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_own_at_once');
?>
--EXPECT--
merge:
one sets it, another writes: 600 in its row, lives for 660 s
one writes, another sets it: 600 in its row, lives for 660 s
one sets it, another writes much: 600 in its row, lives for 660 s
one writes much, another sets it: 600 in its row, lives for 660 s
one takes it away, another writes: 0 in its row, lives for 1500 s
one writes, another takes it away: 0 in its row, lives for 1500 s
both set it: 700 in its row, lives for 760 s
one takes it away, another sets it: 600 in its row, lives for 660 s
one sets it, another takes it away: 0 in its row, lives for 1500 s
one sets it, another sets what it read: 600 in its row, lives for 660 s
one sets it, another only looks: 600 in its row, lives for 660 s
one sets it, three write: 600 in its row, lives for 660 s
none:
one sets it, another writes: 600 in its row, lives for 660 s
one writes, another sets it: 600 in its row, lives for 660 s
one sets it, another writes much: 600 in its row, lives for 660 s
one writes much, another sets it: 600 in its row, lives for 660 s
one takes it away, another writes: 0 in its row, lives for 1500 s
one writes, another takes it away: 0 in its row, lives for 1500 s
both set it: 700 in its row, lives for 760 s
one takes it away, another sets it: 600 in its row, lives for 660 s
one sets it, another takes it away: 0 in its row, lives for 1500 s
one sets it, another sets what it read: 600 in its row, lives for 660 s
one sets it, another only looks: 600 in its row, lives for 660 s
one sets it, three write: 600 in its row, lives for 660 s
born at once, the first with it: 600 in its row, lives for 660 s {"a":1,"b":1}
born at once, the second with it: 600 in its row, lives for 660 s {"b":1,"a":1}
regenerated (true), changed: 600 in its row, lives for 660 s {"a":1,"b":1,"n":1}
regenerated (true), unchanged: 600 in its row, lives for 660 s {"a":1,"b":1}
regenerated (true), set, too: 700 in its row, lives for 760 s {"a":1,"b":1}
regenerated (false), changed: 600 in its row, lives for 660 s {"a":1,"b":1,"n":1}
regenerated (false), unchanged: 600 in its row, lives for 660 s {"a":1,"b":1}
regenerated (false), set, too: 700 in its row, lives for 760 s {"a":1,"b":1}
refused: 600 in its row, lives for 660 s {"a":3} WARNING another request has changed the same meanwhile: a; nothing of this request was stored
