--TEST--
A class that uses two ids at a time merges each with what it has read of it
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_two_ids
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$class = <<<'PHP'
    class Two extends SessionHandler
    {
        public function read(string $id): string|false
        {
            $own = parent::read($id);
            $this->shared = (string) parent::read($GLOBALS['argv'][2]);
            return $own;
        }
        public function write(string $id, string $data): bool
        {
            return parent::write($GLOBALS['argv'][2], $this->shared . 'by_' . $GLOBALS['argv'][3] . '|i:1;') && parent::write($id, $data);
        }
        private string $shared;
    }
    session_set_save_handler(new Two());
    session_start();
    $_SESSION['own_' . $argv[3]] = 1;
    tell('read'); listen();
    session_write_close();
    PHP;
[$shared, $id] = [store_session(['visits' => 1], new_id()), store_session(['n' => 1], new_id())];
$requests = array_map(fn($name) => new OtherProcess(SHOW_WARNINGS . $class, [$id, $shared, $name]), ['a', 'b', 'c']);
foreach ($requests as $request) {
    $request->hear();
}
echo implode('', array_map(finish(...), $requests)), holds($id), holds($shared), "\n";
// One that was destroyed meanwhile does not come back, and the other is stored all the same.
$request = new OtherProcess(SHOW_WARNINGS . strtr($class, ['&&' => '| ']), [$id, $shared, 'late']);
$request->hear();
request($shared, 'session_start(); session_destroy();', []);
echo finish($request), ' | ', holds($id), ' and ', remains($shared), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_two_ids');
?>
--EXPECT--
{"n":1,"own_a":1,"own_b":1,"own_c":1}{"visits":1,"by_a":1,"by_b":1,"by_c":1}
WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | {"n":1,"own_a":1,"own_b":1,"own_c":1,"own_late":1} and nothing
