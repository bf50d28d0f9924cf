--TEST--
Data of any bytes is stored and read back as it is: quotes, backslashes, NULs, text that is not UTF-8
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$all = implode(array_map(chr(...), range(0, 255)));
$samples = [
    'all 256 byte values' => $all,
    'all of 7 bits' => substr($all, 0, 128),
    'quotes' => "'\"`\\' \\\" \\\\ ''; DROP TABLE x; -- \\",
    'NULs' => "\0\0a\0\\0",
    'UTF-8 of 2 to 4 bytes' => "\u{e9}\u{20ac}\u{1f600}",
    'broken UTF-8' => "\xc3\x28 \xff \xe2\x82",
    'placeholders' => '? :id %s %% {x} $1',
];
foreach ($samples as $name => $sample) {
    $id = store_session([$name => $sample]);
    $encoded = row($id)['data'];
    session_start();
    echo $name, ': ', $_SESSION === [$name => $sample] && $encoded === session_encode() ? 'the same' : 'CHANGED', "\n";
    session_abort();
}
?>
--EXPECT--
all 256 byte values: the same
all of 7 bits: the same
quotes: the same
NULs: the same
UTF-8 of 2 to 4 bytes: the same
broken UTF-8: the same
placeholders: the same
