--TEST--
rustdb.merge_conflict=refuse refuses the whole write, with a warning that names the keys, and no other write
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_refuse
rustdb.merge_conflict=refuse
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$counts = 'session_write_close(); $c = Rustdb\status()["counters"]; echo "$c[merges] merged, $c[merge_conflicts] conflicts, $c[refused_writes] refused"';
$address = fn(string $street, string $fifth) => '$_SESSION["user"]["address"] = ["street" => "' . $street . '", 5 => "' . $fifth . '"]';
$all = fn(int $value) => '$_SESSION = array_map(fn() => [chr(34) => ' . $value . '], $_SESSION)';
$letters = fn(int $value) => "array_fill_keys(range('a', 'z'), $value)";
// What the session holds, what one request makes of it, and what the other does.
$pairs = [
    'a value' => ['["n" => 1]', '$_SESSION["n"] = 2; $_SESSION["a"] = 1', '$_SESSION["n"] = 3; $_SESSION["b"] = 1'],
    'deep inside' => ['["user" => ["address" => ["street" => "1", 5 => "x"]]]', $address('2', 'y'), $address('3', 'z')],
    'bytes in a key' => ['["k" . chr(0) . chr(255) . chr(10) => [chr(34) => 1]]', $all(2), $all(3)],
    'the same change' => ['["n" => 1]', '$_SESSION["n"] = 2', '$_SESSION["n"] = 2'],
    'different keys' => ['["n" => 1]', '$_SESSION["a"] = 2', '$_SESSION["b"] = 2'],
    'many' => [$letters(1), "\$_SESSION = {$letters(2)}", "\$_SESSION = {$letters(3)}"],
];
$ini = ['session.serialize_handler' => 'php_serialize'];
foreach ($pairs as $what => [$before, $first, $second]) {
    request($id = new_id(), "session_start(); \$_SESSION = $before;", $ini);
    echo "$what: ", explode(' | ', at_once($id, ["$first; $counts", "$second; $counts"], $ini), 2)[1], "\n";
    $read = 'session_start(["read_and_close" => true]); echo json_encode($_SESSION, JSON_INVALID_UTF8_SUBSTITUTE);';
    echo '    left: ', request($id, $read, $ini), "\n";
}
// Set by the request itself, and only for it.
$id = store_session(['n' => 1], new_id());
$sets = inside($id, 'ini_set("rustdb.merge_conflict", "mine"); session_reset(); tell("set"); listen(); $_SESSION["n"] = 3');
$sets->say();
$sets->hear();
request($id, 'session_start(); $_SESSION["n"] = 2;', []);
echo 'set by the script: ', finish($sets), holds($id), "\n";
// The next start finds what is stored, and can do it again.
$id = store_session(['n' => 1], new_id());
$again = '$_SESSION["n"] = 5; session_write_close(); session_start(); $_SESSION["n"] += 5';
echo 'and again: ', at_once($id, ['$_SESSION["n"] = 2', $again]), ' ', holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_refuse');
?>
--EXPECT--
a value: WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 0 merged, 0 conflicts, 1 refused
    left: {"n":2,"a":1}
deep inside: WARNING another request has changed the same meanwhile: user[address][street], user[address][5]; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 0 merged, 0 conflicts, 1 refused
    left: {"user":{"address":{"street":"2","5":"y"}}}
bytes in a key: WARNING another request has changed the same meanwhile: k\0�\n[\"]; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 0 merged, 0 conflicts, 1 refused
    left: {"k\u0000\ufffd\n":{"\"":2}}
the same change: 1 merged, 0 conflicts, 0 refused
    left: {"n":2}
different keys: 1 merged, 0 conflicts, 0 refused
    left: {"n":1,"a":2,"b":2}
many: WARNING another request has changed the same meanwhile: a, b, c, d, e, f, g, h, i, j, k, l and 14 more; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 0 merged, 0 conflicts, 1 refused
    left: {"a":2,"b":2,"c":2,"d":2,"e":2,"f":2,"g":2,"h":2,"i":2,"j":2,"k":2,"l":2,"m":2,"n":2,"o":2,"p":2,"q":2,"r":2,"s":2,"t":2,"u":2,"v":2,"w":2,"x":2,"y":2,"z":2}
set by the script: {"n":3}
and again: WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand {"n":7}
