--TEST--
session_gc() deletes 100,000 expired sessions, counts them, and lets other sessions work meanwhile
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_gc_100000
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$live = store_session(['a' => 1]);
$digits = '(SELECT 0 d' . implode(array_map(fn($d) => " UNION ALL SELECT $d", range(1, 9))) . ')';
admin()->query("INSERT INTO t_gc_100000 (id,version,created_at,expires_at,data)
    SELECT UNHEX(SHA2(CONCAT(a.d,b.d,c.d,d.d,e.d),256)),1,1,1000+a.d,REPEAT('x',200)
    FROM $digits a, $digits b, $digits c, $digits d, $digits e");
var_dump(rows());

// As cron would do it, while a visitor comes and goes.
$cron = new OtherProcess('session_start(); tell("starting"); tell((string) session_gc());', ini: ['session.use_strict_mode' => '1']);
$cron->hear();
$longest = 0;
// To count the rows would take longer than to delete them.
for ($visits = 1; $cron->is_running() && $visits < 100_000; $visits++) {
    session_id($live);
    $start = microtime(true);
    session_start();
    $_SESSION['a'] = $visits;
    session_write_close();
    $longest = max($longest, microtime(true) - $start);
}
echo 'collected: ', $cron->hear(), "\n", $cron->end();
var_dump(rows(), row($live)['data'] === 'a|i:' . ($visits - 1) . ';', $longest < 10);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_gc_100000');
?>
--EXPECT--
int(100001)
collected: 100000
int(1)
bool(true)
bool(true)
