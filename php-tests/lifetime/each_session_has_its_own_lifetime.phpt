--TEST--
Each session lives as long as session.gc_maxlifetime said when it was written, and touch_interval longer
--EXTENSIONS--
mysqli
--INI--
rustdb.touch_interval=60
rustdb.table=t_own_lifetime
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$lives = [];
foreach (['0', '1440', '31536000'] as $lifetime) {
    ini_set('session.gc_maxlifetime', $lifetime);
    $lives[$lifetime] = store_session(['a' => 1]);
}
foreach ($lives as $lifetime => $id) {
    $row = row($id);
    printf("%d: %d s\n", $lifetime, round($row['expires_at'] - $row['now'], -1));
}
// gc goes by each row's own expiry, not by the lifetime of whoever runs it.
change_row($lives['1440'], 'expires_at=UNIX_TIMESTAMP()-1');
ini_set('session.gc_maxlifetime', '0');
session_start();
var_dump(session_gc(), rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_own_lifetime');
?>
--EXPECT--
0: 60 s
1440: 1500 s
31536000: 31536060 s
int(1)
int(2)
