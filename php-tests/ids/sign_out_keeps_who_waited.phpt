--TEST--
Who waits behind session_destroy() keeps an id of ours and finds an empty session; afterwards nobody knows it in strict mode
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

$said = [];
foreach (['row', 'lease'] as $lock) {
    foreach (['0', '1'] as $strict) {
        $ini = ['rustdb.lock' => $lock, 'session.use_strict_mode' => $strict];
        $id = trim(request('', 'session_start(); $_SESSION["user"] = "alice"; echo session_id();', $ini));
        $holder = holder_of($id, 'session_destroy();', $ini);
        $waiter = waiter_for($id, '$_SESSION["mine"] = 1; session_write_close();', $ini);
        $holder->say();
        $said[$strict][$lock] = $holder->end() . $waiter->end() . remains($id) . "\n"
            . 'later: ' . request($id, 'session_start(); show($argv[1]);', $ini);
    }
}
foreach ($said as $strict => $outs) {
    echo "-- strict mode $strict\n", count(array_unique($outs)) === 1 ? $outs['row'] : var_export($outs, true);
}
?>
--EXPECT--
-- strict mode 0
same id, []
WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
gone
later: same id, []
-- strict mode 1
same id, []
WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
gone
later: ANOTHER ID, []
