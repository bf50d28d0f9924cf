--TEST--
A request that closes its session and starts it again builds upon what is stored by then
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_twice
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['list' => [1], 'n' => 1], new_id());
$request = new OtherProcess(SHOW_WARNINGS . <<<'PHP'
    session_start();
    $_SESSION['list'][] = 2;
    tell('inside'); listen();
    session_write_close();
    tell(json_encode($_SESSION)); listen();
    session_start();
    tell(json_encode($_SESSION));
    unset($_SESSION['other']);
    $_SESSION['list'][] = 4;
    listen();
    session_write_close();
    PHP, [$id]);
$other = fn(string $code) => request($id, "session_start(); $code", []);
$request->hear();
$other('$_SESSION["other"] = 1; $_SESSION["list"][] = 3;');
$request->say();
// The variables stay as this request has set them.
echo 'after its first write PHP has ', $request->hear(), ', stored is ', holds($id), "\n";
$other('$_SESSION["later"] = 1;');
$request->say();
echo 'its second start finds ', $request->hear(), "\n";
$other('$_SESSION["list"][] = 5; unset($_SESSION["n"]);');
$request->say();
echo $request->end(), 'in the end ', holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_twice');
?>
--EXPECT--
after its first write PHP has {"list":[1,2],"n":1}, stored is {"list":[1,3,2],"n":1,"other":1}
its second start finds {"list":[1,3,2],"n":1,"other":1,"later":1}
in the end {"list":[1,3,2,5,4],"later":1}
