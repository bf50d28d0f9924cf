--TEST--
Requests in several processes that have a Rustdb\Handler each keep what they change in different places, and the later one wins where they change the same
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_merge
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

/** A request that has read the session, and stores what $code makes of $session when it is told to. */
function inside(string $id, string $code): OtherProcess
{
    putenv('RUSTDB_TEST_INC=' . dirname(__DIR__) . '/inc');
    $request = new OtherProcess(
        'require getenv("RUSTDB_TEST_INC") . "/handler.inc";'
        . '$handler = new Rustdb\Handler; $session = unserialize($handler->read($argv[1]) ?: "a:0:{}");'
        . "tell('inside'); listen(); $code;" . 'echo outcome(fn() => $handler->write($argv[1], serialize($session)));',
        [$id],
    );
    $request->hear() === 'inside' || throw new Exception($request->end());
    return $request;
}

function at_once(string $id, array $codes): string
{
    $requests = array_map(fn($code) => inside($id, $code), $codes);
    return implode(' ', array_map(function ($request) {
        $request->say();
        return $request->end();
    }, $requests));
}
$show = fn(string $id) => json_encode(unserialize(stored($id)));
store($id = framework_id(), serialize(['user' => 7, 'cart' => ['tea' => 1], 'old' => 1]));
echo at_once($id, ['$session["a"] = 1', '$session["cart"]["milk"] = 2', 'unset($session["old"])', '$session["cart"]["tea"] = 3']), ' ', $show($id), "\n";
echo at_once($id, ['$session["user"] = 8', '$session["user"] = 9', '']), ' ', $show($id), "\n";
// First requests of one id.
echo at_once($id = framework_id(), ['$session["a"] = 1', '$session["b"] = 1']), ' ', $show($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_merge');
?>
--EXPECT--
true true true true {"user":7,"cart":{"tea":3,"milk":2},"a":1}
true true true {"user":9,"cart":{"tea":3,"milk":2},"a":1}
true true {"a":1,"b":1}
