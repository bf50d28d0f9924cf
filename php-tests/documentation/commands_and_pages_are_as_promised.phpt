--TEST--
make has each target that the documentation types; no command needs sudo; README is short; each page of docs/ asks a question
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/documentation.inc';

preg_match_all('/^([a-z][a-z0-9-]*):/m', file_get_contents(root() . '/Makefile'), $targets);
$faults = [];
$typed = 0;
foreach (pages() as $path => $page) {
    foreach (code($page) as $line) {
        preg_match_all('/(?:^|&& |; |\| )make (?:[A-Z_]+=\S+ )*([a-z][a-z0-9-]*)/', $line, $found);
        $typed += count($found[1]);
        foreach (array_diff($found[1], $targets[1]) as $target) {
            $faults[] = "$path: there is no make $target";
        }
        preg_match('/(?:^|[&;|] *)sudo /', $line) && $faults[] = "$path: $line";
    }
}

$readme = explode("\n", rtrim(pages('README.md')['README.md'], "\n"));
count($readme) <= 200 || $faults[] = 'README.md has ' . count($readme) . ' lines';
foreach ($readme as $i => $line) {
    preg_match('/^.{0,100}$/u', $line) || $faults[] = 'README.md:' . ($i + 1) . ' has more than 100 characters';
}
foreach (pages('docs/*.md') as $path => $page) {
    foreach (preg_grep('/^[A-Z_]+\n$/', blocks($page)) as $block) {
        $faults[] = "$path: nothing has come into the place of " . trim($block);
    }
    preg_match('/\A# [^\n]+\?\n\n[^\n#|`]/', $page) || $faults[] = "$path: no question, or no answer below it";
    str_contains(implode("\n", $readme), "($path)") || $faults[] = "README.md has no link to $path";
}
tell_faults($faults);
var_dump(count($targets[1]) > 20, $typed > 30);
?>
--EXPECT--
bool(true)
bool(true)
