--TEST--
each warning that docs/troubleshooting.md explains stands in the code, word for word, and each error of the code is explained
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/documentation.inc';

const PAGE = 'docs/troubleshooting.md';
$texts = texts();
$all = array_merge(...array_values($texts));
$errors = file_get_contents(root() . '/src/error/cause.rs') . file_get_contents(root() . '/src/error/remedy.rs');

// The first columns, up to what PHP says itself. `…` stands for what a format puts in, as does the number of a server's error, which
// has to be one that the code knows.
preg_match_all('/^\| ([^|]*`[^|]*) \|/m', strstr(pages(PAGE)[PAGE], "\n## PHP's own lines", true), $cells);
$faults = $patterns = [];
foreach (array_merge(...array_map(spans(...), $cells[1])) as $span) {
    $text = trim(str_replace('…', "\0", $span), "\0 ");
    if (preg_match('/^the server says (\d+)$/', $text, $number)) {
        preg_match("/\\b$number[1]\\b/", $errors) || $faults[] = "the code does not know the server's error $number[1]";
        $text = "the server says \0";
    }
    $patterns[] = $text;
    $known = array_filter($all, fn($literal) => str_contains($literal, rtrim($text, "\0")));
    $known || $faults[] = "the code does not say: $span";
}

// What #[error(…)] says of each cause.
preg_match_all('/#\[error\(\s*"((?:[^"\\\\]|\\\\.)*)"/s', $errors, $found);
foreach ($found[1] as $error) {
    $error = preg_replace('/\{[^{}]*\}/', "\0", $error);
    array_filter($patterns, fn($text) => str_contains($error, rtrim($text, "\0"))) || $faults[] = PAGE . ' does not explain: ' . str_replace("\0", '…', $error);
}
tell_faults($faults);
var_dump(count($patterns) > 55, count($all) > 500, count($found[1]) > 30);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
