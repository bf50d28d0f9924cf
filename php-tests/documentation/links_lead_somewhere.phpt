--TEST--
each relative link of the documentation leads to a file that is there, and its anchor to a heading; paths in code are there, too
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/documentation.inc';

$faults = [];
$links = $paths = 0;
$pages = pages();
foreach ($pages as $path => $page) {
    $prose = preg_replace('/(`+)(.+?)\1(?!`)/s', '``', without_blocks($page));
    preg_match_all('/\]\(([^)\s]+)\)|^\[[^]]+\]: (\S+)$/m', $prose, $found, PREG_SET_ORDER);
    foreach (array_map(fn($match) => end($match), $found) as $link) {
        if (preg_match('~^[a-z]+:~', $link)) {
            continue;
        }
        $links++;
        [$file, $anchor] = explode('#', "$link#");
        $target = $file === '' ? $path : ltrim(dirname($path) . "/$file", './');
        while (str_contains($target, '/../')) {
            $target = preg_replace('~[^/]+/\.\./~', '', $target, 1);
        }
        if (!file_exists(root() . "/$target")) {
            $faults[] = "$path: there is no $link";
        } elseif ($anchor !== '' && !in_array($anchor, anchors($pages[$target] ?? ''), true)) {
            $faults[] = "$path: there is no heading $link";
        }
    }
    // References have to have a definition.
    preg_match_all('/\[[^]]+\]\[([^]]+)\]/', $prose, $found);
    foreach ($found[1] as $name) {
        str_contains($page, "\n[$name]: ") || $faults[] = "$path: [$name] leads nowhere";
    }
    foreach (code($page) as $span) {
        if (preg_match('~^(?:\.ci|bench|bin|docs|examples|fuzz|ini|packaging|php-tests|src|vendor)/[\w./-]*(?=\s|$)~', $span, $found)) {
            $paths++;
            file_exists(root() . "/$found[0]") || $faults[] = "$path: there is no $found[0]";
        }
    }
}
// Code names pages, too: in what it says to operators, and in comments.
$named = 0;
$folders = array_map(fn($name) => root() . "/$name", ['bench', 'bin', 'examples', 'ini', 'lib', 'packaging', 'php-tests', 'src', 'Makefile']);
foreach (explode("\n", (string) shell_exec('grep -rIoE "docs/[a-z-]+\.md" ' . implode(' ', array_map(escapeshellarg(...), $folders)))) as $line) {
    if (preg_match('~^(.*):(docs/.*)$~', $line, $found)) {
        $named++;
        file_exists(root() . "/$found[2]") || $faults[] = substr($found[1], strlen(root()) + 1) . ": there is no $found[2]";
    }
}
tell_faults($faults);
var_dump(count($pages) > 20, $links > 150, $paths > 30, $named > 10);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
