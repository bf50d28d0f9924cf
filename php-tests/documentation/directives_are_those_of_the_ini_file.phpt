--TEST--
docs/configure.md has each directive of ini/rustdb.ini with its default and scope, and no page names another one
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/documentation.inc';

$directives = directives();
preg_match_all('/^\| `(rustdb\.\w+)` \| (?:`([^`]*)` )?\| (\w+) \|/m', pages('docs/configure.md')['docs/configure.md'], $rows, PREG_SET_ORDER);
$shown = array_combine(array_column($rows, 1), array_map(fn($row) => [$row[2], $row[3]], $rows));

$faults = count($rows) === count($shown) ? [] : ['docs/configure.md has a directive twice'];
foreach ($directives + $shown as $name => $_) {
    [$is, $says] = [$directives[$name] ?? null, $shown[$name] ?? null];
    $is === $says || $faults[] = "$name: ini/rustdb.ini " . json_encode($is) . ', docs/configure.md ' . json_encode($says);
}
// Those of files are no directives.
foreach (pages() as $path => $page) {
    preg_match_all('~(?<![\w/.-])rustdb\.(?!ini\b|so\b|rs\b|stub\b|keys\b|sql\b)[a-z]\w*+(?!\*)~', $page, $found);
    foreach ($found[0] as $name) {
        isset($directives[$name]) || $faults[] = "$path: there is no directive $name";
    }
}
tell_faults($faults);
var_dump(count($directives) > 25, count($rows) > 25);
?>
--EXPECT--
bool(true)
bool(true)
