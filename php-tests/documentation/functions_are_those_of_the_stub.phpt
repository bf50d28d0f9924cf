--TEST--
docs/functions.md has each function and class of the stub, and no page names another one
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/documentation.inc';

$stub = file_get_contents(root() . '/examples/rustdb.stub.php');
preg_match_all('/^(?:final )?(?:function|class) (\w+)/m', $stub, $found);
$names = $found[1];

$faults = [];
foreach ($names as $name) {
    // In a heading or in the first column of a table, not just in passing.
    preg_match("/^(?:## |\\| )`Rustdb\\\\$name\\b/m", pages('docs/functions.md')['docs/functions.md'])
        || $faults[] = "docs/functions.md does not explain Rustdb\\$name";
}
foreach (pages() as $path => $page) {
    preg_match_all('/Rustdb\\\\(\w+)/', $page, $found);
    foreach (array_diff($found[1], $names) as $name) {
        $faults[] = "$path: there is no Rustdb\\$name";
    }
}
tell_faults($faults);
var_dump(count($names) >= 9);
?>
--EXPECT--
bool(true)
