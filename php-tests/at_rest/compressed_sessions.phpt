--TEST--
rustdb.compression=zstd stores what gets smaller, from rustdb.compression_min_bytes on, and refuses broken frames and bombs
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$zstd = ['rustdb.compression' => 'zstd'];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $ini = ['rustdb.lock' => $lock] + $zstd;
    // Serialised, it has 12 bytes around it.
    foreach (['1023 bytes' => 1011, '1024 bytes' => 1012, '100 KB' => 100_000] as $name => $length) {
        visit($id = new_id(), $ini, $text = substr(str_repeat('some text ', $length), 0, $length));
        echo "$lock, $name: ", stored($id), ', ', strlen(row($id)['data']) < $length ? 'smaller' : 'as it is';
        echo visit($id, $ini) === json_encode(['n' => $text]) . "\n" ? ", the same\n" : ", OTHER\n";
    }
    visit($id = new_id(), $ini, bin2hex(random_bytes(5000)));
    echo "$lock, random digits: ", stored($id), "\n";
}
visit($id = new_id(), $zstd, str_repeat('some text ', 1000));
foreach ([
    'cut' => 'data=LEFT(data,LENGTH(data)-1)',
    'a changed byte' => 'data=INSERT(data,30,1,CHAR(ASCII(SUBSTR(data,30,1))^1))',
    'plain data' => "data='n|i:1;'",
    'nothing' => "data=''",
    // 600 blocks that stand for 128 KiB of zeros each.
    'a bomb' => "data=CONCAT(x'28b52ffd0038',REPEAT(x'02001000',600),x'03001000')",
] as $name => $change) {
    change_row($id, $change);
    $before = row($id);
    echo "$name: ", visit($id, $zstd, 'new');
    echo row($id)['data'] === $before['data'] ? '' : "  CHANGED\n";
}
?>
--EXPECT--
row, 1023 bytes: codec 0, as it is, the same
row, 1024 bytes: codec 1, smaller, the same
row, 100 KB: codec 1, smaller, the same
row, random digits: codec 1
lease, 1023 bytes: codec 0, as it is, the same
lease, 1024 bytes: codec 1, smaller, the same
lease, 100 KB: codec 1, smaller, the same
lease, random digits: codec 1
merge, 1023 bytes: codec 0, as it is, the same
merge, 1024 bytes: codec 1, smaller, the same
merge, 100 KB: codec 1, smaller, the same
merge, random digits: codec 1
none, 1023 bytes: codec 0, as it is, the same
none, 1024 bytes: codec 1, smaller, the same
none, 100 KB: codec 1, smaller, the same
none, random digits: codec 1
cut: (the row's compressed data cannot be used: it was changed or cut; the row is kept: find out who writes to the table, and restore or delete the row) refused
a changed byte: (the row's compressed data cannot be used: it was changed or cut; the row is kept: find out who writes to the table, and restore or delete the row) refused
plain data: (the row's compressed data cannot be used: it was changed or cut; the row is kept: find out who writes to the table, and restore or delete the row) refused
nothing: (the row's compressed data cannot be used: it was changed or cut; the row is kept: find out who writes to the table, and restore or delete the row) refused
a bomb: (the row's compressed data cannot be used: it would grow beyond 64 MiB; the row is kept: find out who writes to the table, and restore or delete the row) refused
