--TEST--
rustdb.log_merge_conflicts writes a line for each write with conflicts to PHP's error log, which names the keys and shows no value and no whole id
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_log
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$log = getenv('RUSTDB_TEST_DIR') . '/' . uniqid('merge-log');
$ini = ['rustdb.log_merge_conflicts' => '1', 'error_log' => $log];
/** What has been logged since the last call, without what differs from run to run. */
function logged(string $id): string
{
    $lines = (string) @file_get_contents($GLOBALS['log']);
    file_put_contents($GLOBALS['log'], '');
    echo str_contains($lines, $id) ? "A WHOLE ID\n" : '', str_contains($lines, 'top-secret') ? "A VALUE\n" : '';
    echo preg_match('/password/', $lines) ? "A PASSWORD\n" : '';
    $lines = preg_replace(['/^\[.*?\] /m', '/' . substr($id, 0, 8) . '…/', '/\(table \S+ on [^)]+\)/'], ['', 'X…', '(table T on SERVER)'], $lines);
    return $lines ?: "nothing\n";
}
$run = function (array $codes, array $more = [], string $before = '["n" => "top-secret", "user" => ["mail" => 1]]') use ($ini): string {
    request($id = new_id(), "session_start(); \$_SESSION = $before;", $more + $ini);
    $displayed = '';
    foreach (array_map(fn($code) => inside($id, "restore_error_handler(); $code", $more + $ini), $codes) as $request) {
        $displayed .= finish($request);
    }
    return logged($id) . ($displayed === '' ? '' : "displayed: $displayed\n");
};
echo 'no conflict: ', $run(['$_SESSION["a"] = 1', '$_SESSION["b"] = 1']);
echo 'one: ', $run(['$_SESSION["n"] = "top-secret 1"', '$_SESSION["n"] = "top-secret 2"']);
echo 'two: ', $run(['$_SESSION["n"] = 1; $_SESSION["user"]["mail"] = 2', '$_SESSION["n"] = "top-secret"; $_SESSION["n"] = 3; $_SESSION["user"]["mail"] = 3']);
echo 'each write: ', $run(['$_SESSION["n"] = 1', '$_SESSION["n"] = 2', '$_SESSION["n"] = 3']);
echo 'a new line in a key: ', $run(['$_SESSION["x\ny"] = 1', '$_SESSION["x\ny"] = 2']);
echo 'all of the session: ', $run(['$_SESSION["n"] = 1', '$_SESSION["n"] = 2'], ['session.serialize_handler' => 'php_serialize']);
$refuse = ['rustdb.merge_conflict' => 'refuse', 'display_errors' => '0'];
echo 'refused: ', preg_replace('/ in Command line code.*/', '', $run(['$_SESSION["n"] = 1', '$_SESSION["n"] = 2'], $refuse));
echo 'off: ', $run(['$_SESSION["n"] = 1', '$_SESSION["n"] = 2'], ['rustdb.log_merge_conflicts' => '0']);
unlink($log);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_log');
?>
--EXPECT--
no conflict: nothing
one: rustdb: merged session X… (table T on SERVER): another request had changed the same: n; this one's change stands in Standard input code
two: rustdb: merged session X… (table T on SERVER): another request had changed the same: n, user[mail]; this one's change stands in Standard input code
each write: rustdb: merged session X… (table T on SERVER): another request had changed the same: n; this one's change stands in Standard input code
rustdb: merged session X… (table T on SERVER): another request had changed the same: n; this one's change stands in Standard input code
a new line in a key: rustdb: merged session X… (table T on SERVER): another request had changed the same: x\ny; this one's change stands in Standard input code
all of the session: rustdb: merged session X… (table T on SERVER): another request had changed the same: n; this one's change stands in Standard input code
refused: PHP Warning:  session_write_close(): rustdb: cannot write session X… (table T on SERVER): another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
off: nothing
