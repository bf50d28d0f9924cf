--TEST--
Who waited for a session that was revoked finds nothing of it, whatever its holder does meanwhile, and its id is not known again
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_revoke_waited
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

foreach (['row', 'lease'] as $lock) {
    $ini = ['rustdb.lock' => $lock, 'session.use_strict_mode' => '1'];
    $holders = ['regenerates' => 'session_regenerate_id(true);', 'writes' => '$_SESSION["n"]++;', 'destroys' => 'session_destroy();'];
    foreach ($holders as $what => $code) {
        $id = trim(request('', 'session_start(); $_SESSION["n"] = 1; Rustdb\label("alice"); echo session_id();', $ini));
        $holder = holder_of($id, $code, $ini);
        $waiter = waiter_for($id, '', $ini);
        $revoked = request('', 'echo Rustdb\revoke("alice");', $ini);
        $holder->say();
        $holder->end();
        echo "$lock, $what: $revoked revoked; waited: ", trim($waiter->end()), '; later: ',
            request($id, 'session_start(); show($argv[1]);', $ini);
    }
}
// Nobody held this one, and one that has given up its id as well.
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $ini = ['rustdb.lock' => $lock, 'session.use_strict_mode' => '1'];
    $id = trim(request('', 'session_start(); $_SESSION["n"] = 1; Rustdb\label("alice"); echo session_id();', $ini));
    $new = trim(request($id, 'session_start(); session_regenerate_id(true); echo session_id();', $ini));
    echo "$lock: ", request('', 'echo Rustdb\revoke("alice");', $ini), ' revoked; ', remains($id), ' and ', remains($new), '; later: ';
    echo str_replace("\n", ' and ', trim(request($id, 'session_start(); show($argv[1]);', $ini) . request($new, 'session_start(); show($argv[1]);', $ini))), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_revoke_waited');
?>
--EXPECT--
row, regenerates: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
row, writes: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
row, destroys: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
lease, regenerates: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
lease, writes: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
lease, destroys: 1 revoked; waited: ANOTHER ID, []; later: ANOTHER ID, []
row: 1 revoked; regenerated and gone; later: ANOTHER ID, [] and ANOTHER ID, []
lease: 1 revoked; regenerated and gone; later: ANOTHER ID, [] and ANOTHER ID, []
merge: 1 revoked; regenerated and gone; later: ANOTHER ID, [] and ANOTHER ID, []
none: 1 revoked; regenerated and gone; later: ANOTHER ID, [] and ANOTHER ID, []
