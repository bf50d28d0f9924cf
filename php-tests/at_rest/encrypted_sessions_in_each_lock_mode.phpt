--TEST--
With a key file each write is encrypted, whatever the lock mode, and an unchanged session is not rewritten
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$file = key_file('# the only one', new_key());
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    foreach (['0', '1'] as $strict) {
        $ini = encrypted($file, ['rustdb.lock' => $lock, 'session.use_strict_mode' => $strict, 'rustdb.encryption' => 'required']);
        // A strict start of an unknown id would get another one.
        visit($id = new_id(), ['session.use_strict_mode' => '0'] + $ini, 'secret');
        echo "$lock, strict $strict: born: ", stored($id), '; ';
        $before = row($id);
        echo 'unchanged: ', trim(visit($id, $ini)), ', ', row($id)['version'] === $before['version'] ? 'not a byte' : 'REWRITTEN', '; ';
        visit($id, $ini, 'secret too');
        echo 'changed: ', stored($id), ', ', row($id)['data'] === $before['data'] ? 'NOT WRITTEN' : 'written', '; ';
        $code = 'session_id($argv[1]); session_start(["read_and_close" => true]); echo $_SESSION["n"];';
        echo 'read_and_close: ', (new OtherProcess($code, [$id], $ini))->end(), '; ';
        // Large data takes another way to the server.
        visit($id, $ini, $large = str_repeat('secret ', 10_000));
        echo 'large: ', stored($id), visit($id, $ini) === json_encode(['n' => $large]) . "\n" ? ', the same' : ', OTHER', '; ';
        visit($id = new_id(), ['session.use_strict_mode' => '0'] + $ini, $large);
        echo 'born large: ', stored($id), visit($id, $ini) === json_encode(['n' => $large]) . "\n" ? ", the same\n" : ", OTHER\n";
    }
}
?>
--EXPECT--
row, strict 0: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
row, strict 1: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
lease, strict 0: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
lease, strict 1: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
merge, strict 0: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
merge, strict 1: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
none, strict 0: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
none, strict 1: born: codec 2; unchanged: {"n":"secret"}, not a byte; changed: codec 2, written; read_and_close: secret too; large: codec 2, the same; born large: codec 2, the same
