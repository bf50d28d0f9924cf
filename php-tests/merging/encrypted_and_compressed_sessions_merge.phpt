--TEST--
Rows that are encrypted and compressed are merged as others are, large ones too, and stay what they are
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_encrypted
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$key = new_key();
$kinds = [
    'encrypted' => encrypted(key_file($key), ['rustdb.encryption' => 'required']),
    'compressed' => ['rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '1'],
    'both' => encrypted(key_file($key), ['rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '1']),
];
$repeat = 'str_repeat("secret ", 20_000)';
foreach ($kinds as $kind => $ini) {
    foreach (['small' => '"secret"', 'large' => $repeat] as $size => $value) {
        request($id = new_id(), "session_start(); \$_SESSION = ['n' => $value, 'gone' => 1];", $ini);
        $codes = ["\$_SESSION['a'] = $value", 'unset($_SESSION["gone"])', '$_SESSION["b"] = 1', ''];
        echo "$kind, $size: ", at_once($id, $codes, $ini);
        $read = "session_start(['read_and_close' => true]); echo json_encode(array_map(fn(\$v) => \$v === $value ? 'as set' : \$v, \$_SESSION));";
        echo request($id, $read, $ini), ' ', stored($id), "\n";
        // Births merge, too, and what goes to another id.
        echo at_once($id = new_id(), ["\$_SESSION['a'] = $value", "\$_SESSION['b'] = $value"], $ini), request($id, $read, $ini), ' ', stored($id), ', ';
        $regenerates = inside($id, 'session_regenerate_id(true); $_SESSION["c"] = 1; session_write_close(); echo session_id()', $ini);
        request($id, 'session_start(); $_SESSION["d"] = 1;', $ini);
        $new = finish($regenerates);
        echo 'regenerated: ', request($new, $read, $ini), ' ', stored($new), "\n";
    }
}

// A key that this process does not have: nobody's row is touched, and nobody's data is merged into a guess.
$both = key_file($new = new_key(), $key);
$old = encrypted(key_file($key));
request($id = new_id(), 'session_start(); $_SESSION = ["n" => 1];', $old);
$request = inside($id, '$_SESSION["mine"] = 1', $old);
request($id, 'session_start(); $_SESSION["other"] = 1;', encrypted($both));
echo 'with another key: ', preg_replace('/key [0-9a-f]{8,}/', 'key X', finish($request)), '; left: ';
echo request($id, 'session_start(); show($argv[1]);', encrypted($both));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_encrypted');
?>
--EXPECT--
encrypted, small: {"n":"as set","a":"as set","b":1} codec 2
{"a":"as set","b":"as set"} codec 2, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 2
encrypted, large: {"n":"as set","a":"as set","b":1} codec 2
{"a":"as set","b":"as set"} codec 2, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 2
compressed, small: {"n":"as set","a":"as set","b":1} codec 0, readable
{"a":"as set","b":"as set"} codec 0, readable, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 0, readable
compressed, large: {"n":"as set","a":"as set","b":1} codec 1, readable
{"a":"as set","b":"as set"} codec 1, readable, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 1, readable
both, small: {"n":"as set","a":"as set","b":1} codec 2
{"a":"as set","b":"as set"} codec 2, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 2
both, large: {"n":"as set","a":"as set","b":1} codec 3
{"a":"as set","b":"as set"} codec 3, regenerated: {"a":"as set","b":"as set","d":1,"c":1} codec 3
with another key: WARNING the row is encrypted with key X, which rustdb.encryption_key_file does not have; the row is kept: add the key that encrypted it as another line of the key file, or delete the row; left: same id, {"n":1,"other":1}
