--TEST--
The expiry of an unchanged session is rewritten once it has moved by touch_interval, and nothing else is
--EXTENSIONS--
mysqli
--INI--
session.gc_maxlifetime=1000
rustdb.touch_interval=60
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

function visit(string $id): string
{
    $before = row($id);
    session_id($id);
    session_start();
    session_write_close();
    $after = row($id);
    $life = $after['expires_at'] - $after['now'];
    return ($before['version'] === $after['version'] && $before['data'] === $after['data'] ? '' : 'REWRITTEN, ')
        . ($before['created_at'] === $after['created_at'] ? '' : 'REBORN, ')
        // The test may take a while between the two statements.
        . 'lives for ' . round($life, -1) . " s\n";
}

foreach (['1', '0'] as $lazy) {
    ini_set('session.lazy_write', $lazy);
    $id = store_session(['a' => 1]);
    change_row($id, 'expires_at=expires_at-60');
    echo 'moved by 60 s: ', visit($id);
    ini_set('session.gc_maxlifetime', '300');
    echo 'a shorter gc_maxlifetime: ', visit($id);
    ini_set('session.gc_maxlifetime', '1000');
    echo 'a longer one: ', visit($id);
    echo is_held($id) ? "still LOCKED\n" : "unlocked\n";
}
?>
--EXPECT--
moved by 60 s: lives for 1060 s
a shorter gc_maxlifetime: lives for 360 s
a longer one: lives for 1060 s
unlocked
moved by 60 s: lives for 1060 s
a shorter gc_maxlifetime: lives for 360 s
a longer one: lives for 1060 s
unlocked
