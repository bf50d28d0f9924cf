--TEST--
Writes at the same moment as session_destroy(), session_regenerate_id() or revoke(): each is stored and goes along, or is refused with a warning
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_races
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$ends = [
    'session_destroy()' => 'session_destroy();',
    'session_regenerate_id(true)' => 'session_regenerate_id(true); session_write_close(); echo session_id();',
    'session_regenerate_id(false)' => 'session_regenerate_id(false); session_write_close(); echo session_id();',
    'Rustdb\revoke()' => 'Rustdb\revoke("alice", keep_current: false); session_abort();',
];
$begin = 'session_start(); $_SESSION = ["n" => 1]; Rustdb\label("alice"); session_write_close(); echo session_id();';
foreach ($ends as $end => $code) {
    $wrong = [];
    for ($round = 0; $round < 6; $round++) {
        // Ids of ours and foreign ones.
        $id = trim(request($round % 2 ? new_id() : '', $begin, []));
        $requests = ['end' => inside($id, $code)];
        foreach (range(1, 5) as $number) {
            $requests[$number] = inside($id, "\$_SESSION['k$number'] = 1");
        }
        // The end is first, in the middle, or last, as the server likes it.
        foreach ($round % 3 ? array_reverse($requests) : $requests as $request) {
            $request->say();
        }
        $said = array_map(fn($request) => trim($request->end()), $requests);
        $new = array_key_last(array_flip(explode("\n", $said['end'])));
        $keys = json_decode(holds($id), true) + (preg_match('/^[0-9a-v]{20,}$/', $new) ? json_decode(holds($new), true) : []);
        foreach (range(1, 5) as $number) {
            $refused = str_starts_with($said[$number], 'WARNING');
            $gone = in_array($end, ['session_destroy()', 'Rustdb\revoke()'], true);
            if ($gone ? isset($keys["k$number"]) : $refused === isset($keys["k$number"])) {
                $wrong[] = "$round: k$number " . ($said[$number] ?: 'said nothing') . ', ' . json_encode($keys) . ", the end said $said[end]";
            }
        }
        if ($gone && $keys !== []) {
            $wrong[] = "$round: something is left: " . json_encode($keys);
        }
        request($id, 'session_start(); session_destroy();', []);
    }
    echo "$end: ", $wrong ? implode("\n", $wrong) : 'as it should be', "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_races');
?>
--EXPECT--
session_destroy(): as it should be
session_regenerate_id(true): as it should be
session_regenerate_id(false): as it should be
Rustdb\revoke(): as it should be
