--TEST--
A session that another request has labelled before it gets another id is signed out under that one as well
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_label_along
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

// What the request does that has read the session without a label, and what the other one does once it has given it one.
$ways = [
    'regenerate_id(true)' => ['session_regenerate_id(true);', ''],
    'regenerate_id(true), twice' => ['session_regenerate_id(true); session_regenerate_id(true);', ''],
    'regenerate_id(false)' => ['session_regenerate_id(false);', ''],
    'regenerate_id(false), something was changed before' => ['$_SESSION["n"] = 2; session_regenerate_id(false);', ''],
    'both of them' => ['session_regenerate_id(true);', 'session_write_close(); session_start(); session_regenerate_id(true);'],
    'with another label' => ['Rustdb\label("bob"); session_regenerate_id(true);', ''],
];
foreach ($ways as $what => [$code, $then]) {
    $id = store_session(['n' => 1], new_id());
    $request = inside($id, "$code \$_SESSION['after'] = 1; echo session_id()");
    request($id, 'session_start(); Rustdb\label("carol"); $_SESSION["user"] = "carol";' . $then, []);
    $new = finish($request);
    echo "$what: ", holds($new);
    foreach (['bob', 'carol'] as $label) {
        echo ", sessions of $label: ", count(Rustdb\sessions($label)), ', signed out: ', Rustdb\revoke($label);
    }
    echo ', left: ', holds($new), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_label_along');
?>
--EXPECT--
regenerate_id(true): {"n":1,"user":"carol","after":1}, sessions of bob: 0, signed out: 0, sessions of carol: 1, signed out: 1, left: []
regenerate_id(true), twice: {"n":1,"user":"carol","after":1}, sessions of bob: 0, signed out: 0, sessions of carol: 1, signed out: 1, left: []
regenerate_id(false): {"n":1,"user":"carol","after":1}, sessions of bob: 0, signed out: 0, sessions of carol: 1, signed out: 1, left: []
regenerate_id(false), something was changed before: {"n":2,"user":"carol","after":1}, sessions of bob: 0, signed out: 0, sessions of carol: 1, signed out: 1, left: []
both of them: {"n":1,"user":"carol","after":1}, sessions of bob: 0, signed out: 0, sessions of carol: 1, signed out: 1, left: []
with another label: {"n":1,"user":"carol","after":1}, sessions of bob: 1, signed out: 1, sessions of carol: 0, signed out: 0, left: []
