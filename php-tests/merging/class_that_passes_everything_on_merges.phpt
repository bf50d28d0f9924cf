--TEST--
A class that passes everything on merges as the save handler itself
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_passing
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$class = <<<'PHP'
    class Passing extends SessionHandler
    {
        public function open(string $path, string $name): bool { return parent::open($path, $name); }
        public function close(): bool { return parent::close(); }
        public function read(string $id): string|false { return parent::read($id); }
        public function write(string $id, string $data): bool { return parent::write($id, $data); }
        public function destroy(string $id): bool { return parent::destroy($id); }
        public function gc(int $max_lifetime): int|false { return parent::gc($max_lifetime); }
    }
    session_set_save_handler(new Passing());
    PHP;
$id = store_session(['n' => 1, 'list' => [1]], new_id());
$plain = inside($id, '$_SESSION["list"][] = 3');
echo at_once($id, ['$_SESSION["a"] = 1; $_SESSION["list"][] = 2', '$_SESSION["b"] = 2; unset($_SESSION["n"])', ''], [], $class);
echo finish($plain), holds($id), "\n";
$before = row($id);
echo at_once($id, ['', '$_SESSION["a"] = 1'], [], $class), row($id)['version'] === $before['version'] ? 'unchanged is not written' : 'REWRITTEN', "\n";
echo at_once($id, ['session_destroy()', '$_SESSION["c"] = 3', ''], [], $class), '; left: ', remains($id), "\n";
// Born under it.
$id = new_id();
echo at_once($id, ['$_SESSION["a"] = 1', '$_SESSION["b"] = 2'], [], $class), holds($id), "\n";
// read_and_close writes nothing.
echo request($id, $class . 'session_start(["read_and_close" => true]); show($argv[1]);', []);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_passing');
?>
--EXPECT--
{"list":[1,2,3],"a":1,"b":2}
unchanged is not written
WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored; left: nothing
{"a":1,"b":2}
same id, {"a":1,"b":2}
