--TEST--
rustdb.encryption=required refuses rows that are not encrypted and keeps them, and does nothing without a key file
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$required = encrypted(key_file(new_key()), ['rustdb.encryption' => 'required']);
$zstd = ['rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '0'];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    foreach (['plain' => [], 'compressed' => $zstd] as $name => $ini) {
        visit($id = new_id(), $ini, $text = str_repeat('secret', 30));
        echo "$lock, $name: ", trim(visit($id, ['rustdb.lock' => $lock] + $required, 'new')), ', ', stored($id);
        echo visit($id, []) === json_encode(['n' => $text]) . "\n" ? ", kept\n" : ", CHANGED\n";
    }
    change_row($id, 'expires_at=6');
    echo "$lock, expired: ", trim(visit($id, ['rustdb.lock' => $lock] + $required, 'new')), ', ', stored($id), "\n";
}
echo start_with(['rustdb.encryption' => 'required'], new_id());
?>
--EXPECTF--
row, plain: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 0, readable, kept
row, compressed: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 1, readable, kept
row, expired: [], codec 2
lease, plain: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 0, readable, kept
lease, compressed: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 1, readable, kept
lease, expired: [], codec 2
merge, plain: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 0, readable, kept
merge, compressed: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 1, readable, kept
merge, expired: [], codec 2
none, plain: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 0, readable, kept
none, compressed: (the row is not encrypted, and rustdb.encryption=required; the row is kept: set rustdb.encryption=optional until all rows are encrypted, or delete it) refused, codec 1, readable, kept
none, expired: [], codec 2
session_start(): rustdb: cannot start a session: rustdb.encryption="required" is not valid: it needs rustdb.encryption_key_file; correct it in php.ini or the pool's configuration
%Anot started
