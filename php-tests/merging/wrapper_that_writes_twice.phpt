--TEST--
A class that writes twice without reading again builds upon what it wrote, not upon what was merged into that
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_wrapper_twice
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$class = <<<'PHP'
    class Twice extends SessionHandler
    {
        public function write(string $id, string $data): bool
        {
            $first = parent::write($id, $data . 'first|i:1;list|a:2:{i:0;i:1;i:1;i:2;}');
            tell('wrote'); listen();
            return $first && parent::write($id, $data . 'second|i:2;list|a:3:{i:0;i:1;i:1;i:2;i:2;i:4;}');
        }
    }
    session_set_save_handler(new Twice());
    session_start();
    unset($_SESSION['list']);
    $_SESSION['mine'] = 1;
    tell('read'); listen();
    session_write_close();
    PHP;
// Others write before the first, before the second, before both, not at all.
foreach ([[true, false], [false, true], [true, true], [false, false]] as [$first, $second]) {
    $id = store_session(['n' => 1, 'list' => [1], 'gone' => 1], new_id());
    $request = new OtherProcess(SHOW_WARNINGS . $class, [$id]);
    $request->hear();
    if ($first) {
        request($id, 'session_start(); $_SESSION["before"] = 1; $_SESSION["list"][] = 3; unset($_SESSION["gone"]);', []);
    }
    $request->say();
    $request->hear();
    $between = holds($id);
    if ($second) {
        request($id, 'session_start(); $_SESSION["between"] = 1; $_SESSION["list"][] = 5;', []);
    }
    echo "after its first write $between, ", finish($request), 'after its second ', holds($id), "\n";
}
// The same data again writes nothing.
$id = store_session(['n' => 1], new_id());
$same = inside($id, 'session_write_close(); session_set_save_handler($handler = new SessionHandler()); session_id($argv[1]); session_start(); '
    . '$_SESSION["a"] = 1; $handler->write(session_id(), session_encode()); $handler->write(session_id(), session_encode());'
    . 'echo Rustdb\status()["counters"]["writes"], " write"');
echo finish($same), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_wrapper_twice');
?>
--EXPECT--
after its first write {"n":1,"list":[1,3,2],"before":1,"mine":1,"first":1}, after its second {"n":1,"list":[1,3,2,4],"before":1,"mine":1,"second":2}
after its first write {"n":1,"gone":1,"mine":1,"first":1,"list":[1,2]}, after its second {"n":1,"gone":1,"mine":1,"list":[1,2,5,4],"between":1,"second":2}
after its first write {"n":1,"list":[1,3,2],"before":1,"mine":1,"first":1}, after its second {"n":1,"list":[1,3,2,5,4],"before":1,"mine":1,"between":1,"second":2}
after its first write {"n":1,"gone":1,"mine":1,"first":1,"list":[1,2]}, after its second {"n":1,"gone":1,"mine":1,"second":2,"list":[1,2,4]}
1 write
