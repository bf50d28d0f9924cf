--TEST--
A session that is open keeps its lock mode; what opens next has the new one, whichever way it opens
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_switch
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$modes = ['row', 'merge', 'none'];
$steps = [
    'reset' => 'session_reset(); $_SESSION["mine"] = 1; tell("now"); listen(); session_write_close();',
    'started again' => 'session_write_close(); session_start(); $_SESSION["mine"] = 1; tell("now"); listen(); session_write_close();',
    'regenerated' => '$_SESSION["mine"] = 1; session_regenerate_id(true); tell("now"); listen(); $_SESSION["after"] = 1; session_write_close(); echo session_id();',
    'regenerated and kept' => '$_SESSION["mine"] = 1; session_regenerate_id(false); tell("now"); listen(); $_SESSION["after"] = 1; session_write_close(); echo session_id();',
    'as it was' => '$_SESSION["mine"] = 1; tell("now"); listen(); session_write_close();',
    'destroyed' => 'session_destroy(); tell("now"); listen();',
    'aborted' => '$_SESSION["n"] = 2; session_abort(); tell("now"); listen();',
];
foreach ($modes as $first) {
    foreach (array_diff($modes, [$first]) as $second) {
        foreach ($steps as $what => $code) {
            $id = store_session(['n' => 1], new_id());
            $request = new OtherProcess(SHOW_WARNINGS . "session_start(); ini_set('rustdb.lock', '$second'); $code", [$id], ['rustdb.lock' => $first]);
            if ($request->hear() !== 'now') {
                echo "IT HAS ENDED\n";
            }
            $held = is_held($id) ? 'held' : 'free';
            $new = finish($request);
            $left = remains($id) . ($new ? ', ' . (strlen($new) < 60 ? remains($new) : $new) : '') . (is_held($id) || $new && is_held($new) ? ' LOCKED' : '');
            $lines["$what: then $left"]["$held"][] = "$first to $second";
        }
    }
}
foreach ($lines as $what => $found) {
    ksort($found);
    foreach ($found as $held => $which) {
        echo "$what, $held in between: ", implode(', ', $which), "\n";
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_switch');
?>
--EXPECT--
reset: then n|i:1;mine|i:1;, free in between: merge to none, none to merge
reset: then n|i:1;mine|i:1;, held in between: row to merge, row to none, merge to row, none to row
started again: then n|i:1;mine|i:1;, free in between: row to merge, row to none, merge to none, none to merge
started again: then n|i:1;mine|i:1;, held in between: merge to row, none to row
regenerated: then regenerated, n|i:1;mine|i:1;after|i:1;, free in between: row to merge, row to none, merge to row, merge to none, none to row, none to merge
regenerated and kept: then n|i:1;mine|i:1;, n|i:1;mine|i:1;after|i:1;, free in between: row to merge, row to none, merge to row, merge to none, none to row, none to merge
as it was: then n|i:1;mine|i:1;, free in between: merge to row, merge to none, none to row, none to merge
as it was: then n|i:1;mine|i:1;, held in between: row to merge, row to none
destroyed: then nothing, free in between: row to merge, row to none, merge to row, merge to none, none to row, none to merge
aborted: then n|i:1;, free in between: row to merge, row to none, merge to row, merge to none, none to row, none to merge
