--TEST--
rustdb.absolute_lifetime ends a session that is used all the time; a new one or a regenerated id starts anew
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** One request in another process: what it finds in the session, and whether it keeps the id. */
function request(string $id, array $ini, string $code): string
{
    return (new OtherProcess('session_id($argv[1]); session_start(); echo json_encode($_SESSION); ' . $code, [$id], $ini))->end();
}

/** How long after its birth a session ends. */
function ends(string $id): string
{
    $row = row($id);
    if ($row === null) {
        return 'no row';
    }
    // Without the limit, by the statements' own seconds.
    $life = $row['expires_at'] - $row['created_at'];
    return 'ends ' . ($life > 1010 ? round($life, -1) : $life) . ' s after its birth';
}

$close = 'session_write_close();';
$change = '$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; session_write_close();';
$large = '$_SESSION["n"] = str_repeat("x", 100_000); session_write_close();';
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    echo "== $lock\n";
    $free = ['rustdb.lock' => $lock, 'session.gc_maxlifetime' => '5000'];
    $ini = $free + ['rustdb.absolute_lifetime' => '1000'];

    request($id = new_id(), $ini, $change);
    echo 'born: ', ends($id), "\n";
    change_row($id, 'created_at=created_at-300,expires_at=expires_at-300');
    echo 'changed: ', request($id, $ini, $change), ' ', ends($id), "\n";
    $before = row($id);
    foreach (['60', '0'] as $interval) {
        $touches = $close . 'echo " touched ", Rustdb\status()["counters"]["touches"], " times";';
        echo "unchanged, touch_interval $interval: ", request($id, ['rustdb.touch_interval' => $interval] + $ini, $touches), ', ';
        echo row($id)['expires_at'] === $before['expires_at'] ? "its end stays\n" : "ITS END HAS MOVED\n";
    }
    change_row($id, 'created_at=created_at-600,expires_at=expires_at-600');
    echo 'a moment before: ', request($id, $ini, $close), "\n";
    change_row($id, 'created_at=created_at-101');
    $said = (new OtherProcess('session_id($argv[1]); session_start(["read_and_close" => true]); echo json_encode($_SESSION);', [$id], $ini))->end();
    echo "a moment after: read_and_close $said, ";
    echo request($id, ['session.use_strict_mode' => '1'] + $ini, 'echo session_id() === $argv[1] ? " ITS ID" : " another id in strict mode";'), ', ';
    echo request($id, $ini, $change), ' ', ends($id), row($id)['created_at'] > $before['created_at'] ? ", born anew\n" : ", OLD\n";

    change_row($id, 'created_at=created_at-1001');
    echo 'a large one in its place: ', request($id, $ini, $large), ' ', ends($id), "\n";
    change_row($id, 'created_at=created_at-500');
    echo 'the large one changed: ', strlen(request($id, $ini, str_replace('"x"', '"y"', $large))), ' bytes, ', ends($id), "\n";
    request($id = new_id(), $ini, $large);
    echo 'born large: ', ends($id), "\n";

    request($id = new_id(), $free, $change);
    change_row($id, 'created_at=created_at-500');
    echo 'born before the directive was set: ', ends($id), '; ';
    request($id, $ini, $close);
    echo 'after a use: ', ends($id), '; after a use without it: ';
    request($id, $free, $close);
    echo ends($id) > 'ends 1000' ? "as ever\n" : "STILL\n";
    change_row($id, 'created_at=created_at-501');
    echo 'too old, whatever its row says: ', request($id, $ini, $close), '; without the directive: ', request($id, $free, $close), "\n";

    request($id = new_id(), $ini, $change);
    change_row($id, 'created_at=created_at-900,expires_at=expires_at-900');
    $said = request($id, $ini, 'session_regenerate_id(true); echo " "; session_write_close(); fwrite(STDOUT, ob_get_clean() . session_id());');
    [$data, $new] = explode(' ', $said);
    echo "regenerated: $data ", ends($new), ", the old one: ", ends($id), "\n";
}
var_dump(@ini_set('rustdb.absolute_lifetime', 'x'), ini_set('rustdb.absolute_lifetime', '10'));
?>
--EXPECT--
== row
born: ends 1000 s after its birth
changed: {"n":1} ends 1000 s after its birth
unchanged, touch_interval 60: {"n":2} touched 0 times, its end stays
unchanged, touch_interval 0: {"n":2} touched 0 times, its end stays
a moment before: {"n":2}
a moment after: read_and_close [], [] another id in strict mode, [] ends 1000 s after its birth, born anew
a large one in its place: [] ends 1000 s after its birth
the large one changed: 100008 bytes, ends 1000 s after its birth
born large: ends 1000 s after its birth
born before the directive was set: ends 5560 s after its birth; after a use: ends 1000 s after its birth; after a use without it: as ever
too old, whatever its row says: []; without the directive: {"n":1}
regenerated: {"n":1} ends 1000 s after its birth, the old one: no row
== lease
born: ends 1000 s after its birth
changed: {"n":1} ends 1000 s after its birth
unchanged, touch_interval 60: {"n":2} touched 0 times, its end stays
unchanged, touch_interval 0: {"n":2} touched 0 times, its end stays
a moment before: {"n":2}
a moment after: read_and_close [], [] another id in strict mode, [] ends 1000 s after its birth, born anew
a large one in its place: [] ends 1000 s after its birth
the large one changed: 100008 bytes, ends 1000 s after its birth
born large: ends 1000 s after its birth
born before the directive was set: ends 5560 s after its birth; after a use: ends 1000 s after its birth; after a use without it: as ever
too old, whatever its row says: []; without the directive: {"n":1}
regenerated: {"n":1} ends 1000 s after its birth, the old one: no row
== merge
born: ends 1000 s after its birth
changed: {"n":1} ends 1000 s after its birth
unchanged, touch_interval 60: {"n":2} touched 0 times, its end stays
unchanged, touch_interval 0: {"n":2} touched 0 times, its end stays
a moment before: {"n":2}
a moment after: read_and_close [], [] another id in strict mode, [] ends 1000 s after its birth, born anew
a large one in its place: [] ends 1000 s after its birth
the large one changed: 100008 bytes, ends 1000 s after its birth
born large: ends 1000 s after its birth
born before the directive was set: ends 5560 s after its birth; after a use: ends 1000 s after its birth; after a use without it: as ever
too old, whatever its row says: []; without the directive: {"n":1}
regenerated: {"n":1} ends 1000 s after its birth, the old one: no row
== none
born: ends 1000 s after its birth
changed: {"n":1} ends 1000 s after its birth
unchanged, touch_interval 60: {"n":2} touched 0 times, its end stays
unchanged, touch_interval 0: {"n":2} touched 0 times, its end stays
a moment before: {"n":2}
a moment after: read_and_close [], [] another id in strict mode, [] ends 1000 s after its birth, born anew
a large one in its place: [] ends 1000 s after its birth
the large one changed: 100008 bytes, ends 1000 s after its birth
born large: ends 1000 s after its birth
born before the directive was set: ends 5560 s after its birth; after a use: ends 1000 s after its birth; after a use without it: as ever
too old, whatever its row says: []; without the directive: {"n":1}
regenerated: {"n":1} ends 1000 s after its birth, the old one: no row
bool(false)
string(1) "0"
