--TEST--
Twenty first requests of one id at once: none fails, whether they store something or leave the session empty
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

/** Twenty processes that are ready first and then start together. */
function race(string $id, string $code): string
{
    $others = [];
    for ($i = 0; $i < 20; $i++) {
        $others[] = $other = new OtherProcess("tell('ready'); listen(); session_id(\$argv[1]); session_start(); $code", [$id]);
    }
    foreach ($others as $other) {
        $other->hear();
    }
    foreach ($others as $other) {
        $other->say();
    }
    return implode('', array_map(fn($other) => $other->end(), $others));
}

echo race($id = new_id(), '$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;');
echo row($id)['data'], is_held($id) ? ' LOCKED' : '', "\n";

echo race($id = new_id(), '');
var_dump(row($id), is_held($id));
?>
--EXPECT--
n|i:20;
NULL
bool(false)
