--TEST--
A class that never calls parent::close() stores its sessions, locks the next one, and frees the last lock at the end
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$code = <<<'PHP'
session_set_save_handler(new class extends SessionHandler {
    public function close(): bool { return true; }
});
foreach ([$argv[1], $argv[2], $argv[1]] as $number => $id) {
    session_id($id);
    session_start();
    $_SESSION['visits'][] = $number;
    tell('locked: ' . json_encode([is_held($argv[1]), is_held($argv[2])]));
    session_write_close();
    tell('after the write: ' . json_encode([is_held($argv[1]), is_held($argv[2])]));
}
// One that reads and never writes keeps its lock until the request ends.
session_id($argv[2]);
session_start();
session_abort();
tell('after an abort: ' . json_encode([is_held($argv[1]), is_held($argv[2])]));
PHP;
$other = new OtherProcess($code, [$one = new_id(), $two = new_id()]);
echo $other->end();
var_dump(is_held($one), is_held($two), row($one)['data'], row($two)['data']);
?>
--EXPECT--
locked: [true,false]
after the write: [false,false]
locked: [false,true]
after the write: [false,false]
locked: [true,false]
after the write: [false,false]
after an abort: [false,true]
bool(false)
bool(false)
string(29) "visits|a:2:{i:0;i:0;i:1;i:2;}"
string(21) "visits|a:1:{i:0;i:1;}"
