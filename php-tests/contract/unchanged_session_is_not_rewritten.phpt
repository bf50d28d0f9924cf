--TEST--
A session that did not change keeps its version and, within touch_interval, its expiry, with lazy_write on or off
--EXTENSIONS--
mysqli
--INI--
session.gc_maxlifetime=1000
rustdb.touch_interval=60
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['1', '0'] as $lazy) {
    ini_set('session.lazy_write', $lazy);
    $id = store_session(['a' => 1]);
    // As if 30 seconds had passed.
    change_row($id, 'expires_at=expires_at-30');
    $before = row($id);

    session_start();
    $_SESSION['a']++;
    $_SESSION['a']--;
    session_write_close();
    $after = row($id);
    foreach (['version', 'expires_at', 'data'] as $column) {
        echo "lazy_write=$lazy: $column ", $before[$column] === $after[$column] ? 'stands' : 'CHANGED', "\n";
    }
    echo is_held($id) ? "still LOCKED\n" : "unlocked\n";
}
?>
--EXPECT--
lazy_write=1: version stands
lazy_write=1: expires_at stands
lazy_write=1: data stands
unlocked
lazy_write=0: version stands
lazy_write=0: expires_at stands
lazy_write=0: data stands
unlocked
