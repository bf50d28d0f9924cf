--TEST--
Strict mode keeps the ids of stored sessions and of ours that are empty, and replaces all others
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_strict
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$show = 'session_start(); show($argv[1]); ';
$write = "$show \$_SESSION['n'] = (\$_SESSION['n'] ?? 0) + 1; session_write_close();";
$ours = trim(request('', 'session_start(); echo session_id();', []));
echo 'ours, empty: ', request($ours, $show, []);
echo 'ours, empty, by five at once: ', count(array_unique(explode("\n", trim(side_by_side($ours, array_fill(0, 5, $show)))))), " answer\n";
echo 'ours, written: ', request($ours, $write, []), 'ours, stored: ', request($ours, $show, []);
request(new_id(), $write, ['session.use_strict_mode' => '0']);
echo 'foreign: ', request($foreign = new_id(), $write, []), json_encode(row($foreign)), "\n";
request($foreign, $write, ['session.use_strict_mode' => '0']);
echo 'foreign, stored: ', request($foreign, $write, []);
request($foreign, 'session_start(); session_destroy();', []);
echo 'foreign, destroyed: ', request($foreign, $show, []);
request($ours, 'session_start(); session_destroy();', []);
echo 'ours, destroyed: ', request($ours, $show, []);
$id = trim(request('', 'session_start(); $_SESSION["n"] = 1; echo session_id();', []));
change_row($id, 'expires_at=1');
echo 'ours, expired: ', request($id, $show, []);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_strict');
?>
--EXPECT--
ours, empty: same id, []
ours, empty, by five at once: 1 answer
ours, written: same id, []
ours, stored: same id, {"n":1}
foreign: ANOTHER ID, []
null
foreign, stored: same id, {"n":1}
foreign, destroyed: ANOTHER ID, []
ours, destroyed: ANOTHER ID, []
ours, expired: same id, []
