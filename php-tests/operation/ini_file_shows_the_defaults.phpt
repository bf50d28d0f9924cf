--TEST--
ini/rustdb.ini shows each directive once, commented out, with its default
--SKIPIF--
<?php
if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are');
?>
--FILE--
<?php
$lines = file(getenv('RUSTDB_ROOT') . '/ini/rustdb.ini', FILE_IGNORE_NEW_LINES);
$shown = [];
foreach (preg_grep('/^;rustdb\./', $lines) as $line) {
    [$name, $value] = array_map(trim(...), explode('=', substr($line, 1), 2));
    echo isset($shown[$name]) ? "$name stands there twice\n" : '';
    $shown[$name] = $value;
}

// The defaults as a PHP without any configuration has them.
$code = 'echo json_encode(array_map(strval(...), ini_get_all("rustdb", false)));';
$php = proc_open([PHP_BINARY, '-n', '-d', 'extension=' . getenv('RUSTDB_SO'), '-r', $code], [1 => ['pipe', 'w']], $pipes);
$defaults = json_decode(stream_get_contents($pipes[1]), true);
ksort($shown);
ksort($defaults);
var_dump($shown === $defaults, array_diff_assoc($shown, $defaults), array_diff_assoc($defaults, $shown), count($shown) > 15);

// What stands there without a semicolon is set by an installation.
echo implode("\n", preg_grep('/^\s*[^;\s]/', $lines)), "\n";
?>
--EXPECT--
bool(true)
array(0) {
}
array(0) {
}
bool(true)
extension=rustdb
