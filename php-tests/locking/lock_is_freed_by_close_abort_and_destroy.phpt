--TEST--
session_write_close(), session_abort(), session_destroy() and session_regenerate_id() free the lock at once
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$ends = [
    'write_close of changed data' => function () { $_SESSION['n']++; session_write_close(); },
    'write_close of unchanged data' => session_write_close(...),
    'abort' => function () { $_SESSION['n']++; session_abort(); },
    'destroy' => session_destroy(...),
    'regenerate_id(false)' => fn() => session_regenerate_id(false),
    'regenerate_id(true)' => fn() => session_regenerate_id(true),
];
foreach (['existing', 'new'] as $kind) {
    echo "$kind session:\n";
    foreach ($ends as $name => $end) {
        $id = $kind === 'new' ? new_id() : store_session(['n' => 1]);
        session_id($id);
        session_start();
        $_SESSION['n'] ??= 1;
        echo is_held($id) ? '' : 'NOT LOCKED, ';
        $end();
        echo is_held($id) ? 'STILL LOCKED' : 'unlocked', " by $name: ", row($id)['data'] ?? 'no row', "\n";
        session_abort();
    }
}
?>
--EXPECT--
existing session:
unlocked by write_close of changed data: n|i:2;
unlocked by write_close of unchanged data: n|i:1;
unlocked by abort: n|i:1;
unlocked by destroy: no row
unlocked by regenerate_id(false): n|i:1;
unlocked by regenerate_id(true): no row
new session:
unlocked by write_close of changed data: n|i:2;
unlocked by write_close of unchanged data: n|i:1;
unlocked by abort: no row
unlocked by destroy: no row
unlocked by regenerate_id(false): n|i:1;
unlocked by regenerate_id(true): no row
