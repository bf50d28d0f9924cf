--TEST--
rustdb.new_lifetime is that of a session used in one request only; the second request, or an id regenerated in it, gives the full one
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** One request in another process; returns what it says. */
function request(string $id, array $ini, string $code): string
{
    return (new OtherProcess("session_id(\$argv[1]); session_start(); $code", [$id], $ini))->end();
}

/** How long a session lives from now on, to the tens of seconds. */
function lives(string $id): string
{
    $row = row($id);
    return $row === null ? 'no row' : round($row['expires_at'] - $row['now'], -1) . ' s';
}

$close = 'session_write_close();';
$change = '$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; session_write_close();';
$regenerate = 'session_regenerate_id(true); $_SESSION["n"] = 1; session_write_close(); fwrite(STDOUT, session_id());';
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    echo "== $lock\n";
    $ini = ['rustdb.lock' => $lock, 'session.gc_maxlifetime' => '1000', 'rustdb.new_lifetime' => '200'];
    request($id = new_id(), $ini, $change);
    echo 'one request: ', lives($id), '; a second one, unchanged: ';
    request($id, $ini, $close);
    echo lives($id), "\n";
    request($id = new_id(), $ini, $change);
    request($id, $ini, $change);
    echo 'a second one, changed: ', lives($id), "\n";
    request($id = new_id(), ['session.lazy_write' => '0', 'rustdb.touch_interval' => '0'] + $ini, $change . "session_start(); $change session_start(); $close");
    echo 'three starts in one request: ', lives($id), '; another request: ';
    request($id, $ini, $close);
    echo lives($id), "\n";
    request($id = new_id(), $ini, $change);
    request($id, $ini, 'session_abort(); session_start(["read_and_close" => true]);');
    echo 'only read by a second one: ', lives($id), "\n";
    request($id = new_id(), $ini, $change);
    echo 'regenerated in a second request: ', lives($new = request($id, $ini, $regenerate)), "\n";
    echo 'regenerated in the request of its birth: ', lives(request(new_id(), $ini, $change . "session_start(); $regenerate")), ', ';
    echo 'before it was stored: ', lives(request(new_id(), $ini, $regenerate)), "\n";
    echo 'after a sign-out: ', lives(request($new, $ini, "session_destroy(); session_id(''); session_start(); $change fwrite(STDOUT, session_id());")), "\n";
    change_row($id = $new, 'expires_at=6');
    store_session(['n' => 1], $id);
    change_row($id, 'expires_at=6');
    request($id, $ini, $change);
    echo 'in the place of an expired one: ', lives($id), "\n";
    request($id = new_id(), ['rustdb.new_lifetime' => '5000'] + $ini, $change);
    echo 'longer than the full one: ', lives($id), "\n";
    request($id = new_id(), ['rustdb.absolute_lifetime' => '100'] + $ini, $change);
    echo 'with a shorter absolute one: ', lives($id), "\n";
    request($id = new_id(), $ini, '$_SESSION["n"] = str_repeat("x", 100_000); session_write_close();');
    echo 'a large one: ', lives($id), "\n";
}
?>
--EXPECT--
== row
one request: 200 s; a second one, unchanged: 1060 s
a second one, changed: 1060 s
three starts in one request: 200 s; another request: 1060 s
only read by a second one: 200 s
regenerated in a second request: 1060 s
regenerated in the request of its birth: 200 s, before it was stored: 200 s
after a sign-out: 1060 s
in the place of an expired one: 200 s
longer than the full one: 1060 s
with a shorter absolute one: 100 s
a large one: 200 s
== lease
one request: 200 s; a second one, unchanged: 1060 s
a second one, changed: 1060 s
three starts in one request: 200 s; another request: 1060 s
only read by a second one: 200 s
regenerated in a second request: 1060 s
regenerated in the request of its birth: 200 s, before it was stored: 200 s
after a sign-out: 1060 s
in the place of an expired one: 200 s
longer than the full one: 1060 s
with a shorter absolute one: 100 s
a large one: 200 s
== merge
one request: 200 s; a second one, unchanged: 1060 s
a second one, changed: 1060 s
three starts in one request: 200 s; another request: 1060 s
only read by a second one: 200 s
regenerated in a second request: 1060 s
regenerated in the request of its birth: 200 s, before it was stored: 200 s
after a sign-out: 1060 s
in the place of an expired one: 200 s
longer than the full one: 1060 s
with a shorter absolute one: 100 s
a large one: 200 s
== none
one request: 200 s; a second one, unchanged: 1060 s
a second one, changed: 1060 s
three starts in one request: 200 s; another request: 1060 s
only read by a second one: 200 s
regenerated in a second request: 1060 s
regenerated in the request of its birth: 200 s, before it was stored: 200 s
after a sign-out: 1060 s
in the place of an expired one: 200 s
longer than the full one: 1060 s
with a shorter absolute one: 100 s
a large one: 200 s
