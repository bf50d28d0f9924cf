--TEST--
A ticket is null where its session has another id by now or was destroyed: nobody could use what it leads to
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_ticket_given_up
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

$ends = [
    'written' => '$_SESSION["n"]++;',
    'regenerated, and the old one kept' => 'session_regenerate_id(false);',
    'regenerated' => 'session_regenerate_id(true);',
    'destroyed' => 'session_destroy();',
];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    foreach ($ends as $what => $code) {
        $ini = ['rustdb.lock' => $lock];
        [$id, $ticket] = explode(' ', request('', 'session_start(); $_SESSION["n"] = 1; echo session_id(), " ", Rustdb\issue_ticket();', $ini));
        request($id, "session_start(); $code", $ini);
        $redeem = 'echo json_encode(Rustdb\redeem_ticket("' . $ticket . '") === $argv[1] ?: null);';
        echo "$lock, $what: ", request($id, $redeem, $ini), ', again: ', request($id, $redeem, $ini), "\n";
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ticket_given_up');
?>
--EXPECT--
row, written: true, again: null
row, regenerated, and the old one kept: true, again: null
row, regenerated: null, again: null
row, destroyed: null, again: null
lease, written: true, again: null
lease, regenerated, and the old one kept: true, again: null
lease, regenerated: null, again: null
lease, destroyed: null, again: null
merge, written: true, again: null
merge, regenerated, and the old one kept: true, again: null
merge, regenerated: null, again: null
merge, destroyed: null, again: null
none, written: true, again: null
none, regenerated, and the old one kept: true, again: null
none, regenerated: null, again: null
none, destroyed: null, again: null
