--TEST--
However a request ends, what it changed is merged: at its end, by exit, by an exception or a fatal error, at a time or memory limit
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_ends
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$ends = [
    'its end' => '',
    'exit' => 'exit;',
    'exit in a shutdown function' => 'register_shutdown_function(function () { $_SESSION["shutdown"] = 1; exit; });',
    'an exception' => 'throw new Exception("x");',
    'a fatal error' => 'nobody_has_this_function();',
    'memory_limit' => 'ini_set("memory_limit", "8M"); $all = str_repeat("x", 100_000_000);',
    'max_execution_time' => 'set_time_limit(1); while (true);',
];
foreach ($ends as $what => $end) {
    $id = store_session(['n' => 1, 'list' => [1]], new_id());
    $code = "session_start(); tell('inside'); listen(); \$_SESSION['mine'] = 1; \$_SESSION['list'][] = 2; $end";
    $request = new OtherProcess(SHOW_WARNINGS . $code, [$id], ['display_errors' => '0', 'log_errors' => '0', 'html_errors' => '0']);
    $request->hear();
    request($id, 'session_start(); $_SESSION["other"] = 1; $_SESSION["list"][] = 3;', []);
    $request->say();
    $request->end();
    echo "$what: ", holds($id), is_held($id) ? ' LOCKED' : '', "\n";
}
// A process that is killed leaves what others have stored.
$id = store_session(['n' => 1], new_id());
$killed = inside($id, '$_SESSION["n"] = 2; posix_kill(getmypid(), 9)');
request($id, 'session_start(); $_SESSION["other"] = 1;', []);
echo 'killed: ', finish($killed), holds($id), is_held($id) ? ' LOCKED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_ends');
?>
--EXPECT--
its end: {"n":1,"list":[1,3,2],"other":1,"mine":1}
exit: {"n":1,"list":[1,3,2],"other":1,"mine":1}
exit in a shutdown function: {"n":1,"list":[1,3,2],"other":1,"mine":1,"shutdown":1}
an exception: {"n":1,"list":[1,3,2],"other":1,"mine":1}
a fatal error: {"n":1,"list":[1,3,2],"other":1,"mine":1}
memory_limit: {"n":1,"list":[1,3,2],"other":1,"mine":1}
max_execution_time: {"n":1,"list":[1,3,2],"other":1,"mine":1}
killed: {"n":1,"other":1}
