--TEST--
Plain, compressed and encrypted rows stand in one table: each is read by its codec, and its next write is as the directives say
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$file = key_file(new_key());
$zstd = ['rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '0'];
$writers = ['plain' => [], 'compressed' => $zstd, 'encrypted' => encrypted($file), 'both' => encrypted($file, $zstd)];
$text = fn() => str_repeat('secret ', 20) . random_int(0, PHP_INT_MAX);
foreach ($writers as $first => $one) {
    foreach ($writers as $second => $other) {
        visit($id = new_id(), $one, $old = $text());
        $found = visit($id, $other, $new = $text());
        $readable = $found === json_encode(['n' => $old]) . "\n";
        echo "$first then $second: ", $readable ? 'read, ' : preg_replace('/key \w{8}/', 'key ID', trim($found)) . ', ', stored($id), "\n";
        $data = visit($id, encrypted($file));
        echo $data === json_encode(['n' => $readable ? $new : $old]) . "\n" ? '' : "WRONG: $data";
    }
}

echo 'an unchanged plain session stays plain with keys: ';
visit($id = new_id(), [], 'secret');
change_row($id, 'expires_at=expires_at-600');
$before = row($id);
visit($id, encrypted($file));
echo stored($id), row($id)['version'] === $before['version'] ? ', touched' : ', REWRITTEN';
echo row($id)['expires_at'] > $before['expires_at'] ? '' : ', NOT TOUCHED', "\n";
?>
--EXPECT--
plain then plain: read, codec 0, readable
plain then compressed: read, codec 1, readable
plain then encrypted: read, codec 2
plain then both: read, codec 3
compressed then plain: read, codec 0, readable
compressed then compressed: read, codec 1, readable
compressed then encrypted: read, codec 2
compressed then both: read, codec 3
encrypted then plain: (the row is encrypted with key ID, and rustdb.encryption_key_file is not set; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused, codec 2
encrypted then compressed: (the row is encrypted with key ID, and rustdb.encryption_key_file is not set; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused, codec 2
encrypted then encrypted: read, codec 2
encrypted then both: read, codec 3
both then plain: (the row is encrypted with key ID, and rustdb.encryption_key_file is not set; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused, codec 3
both then compressed: (the row is encrypted with key ID, and rustdb.encryption_key_file is not set; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused, codec 3
both then encrypted: read, codec 2
both then both: read, codec 3
an unchanged plain session stays plain with keys: codec 0, readable, touched
