--TEST--
A request that comes with the old id after session_regenerate_id(true) keeps it for rustdb.regenerate_grace seconds, finds an empty session, and stores nothing
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

$comes = [
    'reads' => 'session_start(); show($argv[1]); session_write_close();',
    'reads and closes' => 'session_start(["read_and_close" => true]); show($argv[1]);',
    'writes' => 'session_start(); show($argv[1]); $_SESSION["mine"] = 1; session_write_close();',
    'ends it' => 'session_start(); show($argv[1]); session_destroy();',
    'regenerates' => 'session_start(); show($argv[1]); session_regenerate_id(true); session_write_close();',
    'regenerates and keeps the old one' => 'session_start(); show($argv[1]); session_regenerate_id(false); session_write_close();',
    'uses a wrapper class' => 'session_set_save_handler(new SessionHandler()); session_start(); show($argv[1]); $_SESSION["mine"] = 1; session_write_close();',
];
$said = [];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    foreach (['0', '1'] as $strict) {
        $ini = ['rustdb.lock' => $lock, 'session.use_strict_mode' => $strict];
        $all = '';
        $id = store_session(['n' => 'before'], new_id());
        request($id, 'session_start(); session_regenerate_id(true);', $ini);
        foreach ($comes as $what => $code) {
            $all .= "$what: " . str_replace("\n", ' | ', trim(request($id, $code, $ini))) . '; left: ' . remains($id) . "\n";
        }
        $said["$lock, strict $strict"] = $all;
        // When it is over: by the directive, or for everybody.
        $write = 'session_start(); show($argv[1]); $_SESSION["mine"] = 1; session_write_close();';
        $over = ['directive' => [0, ['rustdb.regenerate_grace' => '0']], 'time' => [61_000_000, []]];
        foreach ($over as $what => [$older, $more]) {
            $id = store_session(['n' => 'before'], new_id());
            request($id, 'session_start(); session_regenerate_id(true);', $ini);
            change_row($id, "created_at=created_at-$older");
            $after["$what, strict $strict"][] = trim(request($id, $write, $more + $ini)) . '; left: ' . remains($id);
        }
    }
}
echo count(array_unique($said)) === 1 ? current($said) : var_export($said, true);
foreach ($after as $what => $outs) {
    echo "over by $what: ", implode(' / ', array_unique($outs)), "\n";
}
?>
--EXPECT--
reads: same id, []; left: regenerated
reads and closes: same id, []; left: regenerated
writes: same id, [] | WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored; left: regenerated
ends it: same id, []; left: regenerated
regenerates: same id, []; left: regenerated
regenerates and keeps the old one: same id, []; left: regenerated
uses a wrapper class: same id, [] | WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored; left: regenerated
over by directive, strict 0: same id, []; left: mine|i:1;
over by time, strict 0: same id, []; left: mine|i:1;
over by directive, strict 1: ANOTHER ID, []; left: regenerated
over by time, strict 1: ANOTHER ID, []; left: regenerated
