--TEST--
Data of 32767, 32768 and 70000 bytes is stored whole, as text and as binary, first and again
--DESCRIPTION--
From 32768 bytes on, rustdb sends the data as the parameter of a prepared statement.
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** A session whose serialised form has this many bytes. */
function data_of(int $size, string $character): array
{
    $overhead = strlen(sprintf('d|s:%d:"";', $size));
    return ['d' => str_repeat($character, $size - $overhead)];
}

foreach (['text' => 'x', 'binary' => "\xff"] as $kind => $character) {
    $id = new_id();
    foreach ([32767, 32768, 70000, 32768, 32767] as $size) {
        $data = data_of($size, $character);
        store_session($data, $id);
        session_start();
        printf("%s: %d bytes, %s\n", $kind, strlen(row($id)['data']), $_SESSION === $data ? 'the same' : 'CHANGED');
        session_abort();
    }
}
?>
--EXPECT--
text: 32767 bytes, the same
text: 32768 bytes, the same
text: 70000 bytes, the same
text: 32768 bytes, the same
text: 32767 bytes, the same
binary: 32767 bytes, the same
binary: 32768 bytes, the same
binary: 70000 bytes, the same
binary: 32768 bytes, the same
binary: 32767 bytes, the same
