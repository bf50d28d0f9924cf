--TEST--
Rustdb\Handler refuses wrong options and directives when it is made, each with what would be right, and asks no server
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

function make(array $options): string
{
    return outcome(fn() => get_class(new Rustdb\Handler($options)));
}
$cases = [
    [],
    ['lock' => 'ROW', 'lock_wait' => 0, 'lifetime' => 1, 'format' => 'opaque', 'table' => 't_$1'],
    ['locks' => 'row'],
    ['row'],
    ['lock' => 'rows'],
    ['lock' => ''],
    ['lock' => null],
    ['lock_wait' => '30'],
    ['lock_wait' => -1],
    ['lifetime' => 7200.0],
    ['lifetime' => 0],
    ['format' => 'xml'],
    ['format' => ['php']],
    ['table' => 'a`b'],
    ['table' => str_repeat('t', 65)],
    ['table' => new stdClass],
    ['table' => true],
    [str_repeat("\n", 100) => 1],
];
foreach ($cases as $options) {
    echo make($options), "\n";
}
$lock = 'row';
$options = ['lock' => &$lock];
echo 'by reference: ', make($options), "\n";
echo outcome(fn() => new Rustdb\Handler('row')), "\n", outcome(fn() => new Rustdb\Handler([], [])), "\n";

echo "== directives\n";
$handler = new Rustdb\Handler(['lock' => 'row']);
store($id = new_id(), 'a');
// A constructor that fails leaves the object as it was.
echo outcome(fn() => $handler->__construct(['lock' => 1])), '; ', outcome(fn() => $handler->read($id)), "\n";
foreach (
    [
        ['rustdb.table' => 'a`b'],
        ['rustdb.lock' => 'lease', 'argument' => 'merge'],
        ['rustdb.lock' => 'row', 'argument' => 'lease'],
        ['rustdb.lock' => 'lease', 'rustdb.table' => str_repeat('t', 59)],
        // Whether the server is there is nobody's business yet.
        ['rustdb.socket' => '/nonexistent/mysqld.sock'],
    ] as $ini
) {
    $options = isset($ini['argument']) ? "['lock' => '$ini[argument]']" : '[]';
    unset($ini['argument']);
    $code = 'require getenv("RUSTDB_TEST_INC") . "/handler.inc"; echo outcome(fn() => get_class(new Rustdb\Handler(' . $options . '))), "\n";';
    putenv('RUSTDB_TEST_INC=' . dirname(__DIR__) . '/inc');
    echo (new OtherProcess($code, [], $ini))->end();
}
?>
--EXPECT--
"Rustdb\\Handler"
"Rustdb\\Handler"
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has the unknown option "locks": there are lock, lock_wait, lifetime, format and table
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has the unknown option "0": there are lock, lock_wait, lifetime, format and table
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock="rows", which is not valid: one of row, merge, lease, none
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock="", which is not valid: one of row, merge, lease, none
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock as null, which must be a string
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock_wait as a string, which must be an int
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock_wait="-1", which is not valid: a whole number from 0 to 86400
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has lifetime as a float, which must be an int
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lifetime=0, which is not valid: a whole number of seconds from 1 on
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has format="xml", which is not valid: one of php_serialize, php, php_binary, json, opaque
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has format as an array, which must be a string
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has table="a`b", which is not valid: 1 to 64 characters of A-Z, a-z, 0-9, _ and $
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has table="tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt", which is not valid: 1 to 64 characters of A-Z, a-z, 0-9, _ and $
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has table as an object, which must be a string
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has table as a bool, which must be a string
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has the unknown option "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n": there are lock, lock_wait, lifetime, format and table
by reference: "Rustdb\\Handler"
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) must be of type array, string given
ArgumentCountError: Rustdb\Handler::__construct() expects at most 1 argument, 2 given
== directives
TypeError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock as an int, which must be a string; "a"
ValueError: rustdb: cannot make a Rustdb\Handler: rustdb.table="a`b" is not valid: 1 to 64 characters of A-Z, a-z, 0-9, _ and $; correct it in php.ini or the pool's configuration
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock="merge", which is not valid: rustdb.lock is lease here, and leases are for all who use a table or for none: leave the option out
ValueError: Rustdb\Handler::__construct(): Argument #1 ($options) has lock="lease", which is not valid: rustdb.lock is not lease here, and leases are for all who use a table or for none: set it in php.ini, or take another lock
ValueError: rustdb: cannot make a Rustdb\Handler: rustdb.table="ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt" is not valid: 1 to 58 characters of A-Z, a-z, 0-9, _ and $; correct it in php.ini or the pool's configuration
"Rustdb\\Handler"
