--TEST--
rustdb.absolute_lifetime counts from a session's birth, which merges leave alone
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_absolute
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$ini = ['rustdb.absolute_lifetime' => '1000', 'session.gc_maxlifetime' => '5000'];
$show = 'session_start(["read_and_close" => true]); show($argv[1]);';
$end = function (string $id): string {
    $row = row($id);
    return 'ends ' . $row['expires_at'] - $row['created_at'] . ' s after its birth';
};
request($id = new_id(), 'session_start(); $_SESSION = ["n" => 1];', $ini);
change_row($id, 'created_at=created_at-300,expires_at=expires_at-300');
$born = row($id)['created_at'];
echo at_once($id, ['$_SESSION["a"] = 1', '$_SESSION["b"] = 1', ''], $ini), holds($id), ', ', $end($id);
echo row($id)['created_at'] === $born ? ", born when it was\n" : ", BORN AGAIN\n";

// It ends while two requests are inside. Both have found it and may write, as under a lock; it is over for all who come later.
change_row($id, 'created_at=UNIX_TIMESTAMP()-996');
$requests = [inside($id, '$_SESSION["c"] = 1', $ini), inside($id, '$_SESSION["d"] = 1', $ini)];
wait_until(fn() => row($id)['created_at'] + 1000 <= row($id)['now']);
echo implode(' | ', array_filter(array_map(finish(...), $requests))), remains($id), ', ', request($id, $show, $ini);
// The session of the same id that comes next begins with nothing.
echo at_once($id, ['$_SESSION["e"] = 1', '$_SESSION["f"] = 1'], $ini), trim(request($id, $show, $ini)), ', ', $end($id), "\n";
// A regenerated id starts anew, with what others have stored.
change_row($id, 'created_at=created_at-300,expires_at=expires_at-300');
$request = inside($id, 'session_regenerate_id(true); session_write_close(); echo session_id()', $ini);
request($id, 'session_start(); $_SESSION["g"] = 1;', $ini);
$new = finish($request);
echo trim(request($new, $show, $ini)), ', ', $end($new), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_absolute');
?>
--EXPECT--
{"n":1,"a":1,"b":1}, ends 1000 s after its birth, born when it was
n|i:1;a|i:1;b|i:1;c|i:1;d|i:1;, same id, []
same id, {"e":1,"f":1}, ends 1000 s after its birth
same id, {"e":1,"f":1,"g":1}, ends 1000 s after its birth
