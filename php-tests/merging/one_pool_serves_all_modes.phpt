--TEST--
Modes that alternate share one pool: one connection is made, and none of them finds it in another's transaction
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_pool
rustdb.user=t_merge_pool
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

create_user();
$id = store_session(['n' => 1], new_id());
foreach (['row', 'merge', 'none'] as $first) {
    foreach (['row', 'merge', 'none'] as $second) {
        foreach ([$first, $second] as $mode) {
            ini_set('rustdb.lock', $mode);
            session_id($id);
            session_start();
            $_SESSION['n']++;
            session_write_close();
            session_start();
            session_write_close();
            session_start(['read_and_close' => true]);
            session_id(new_id());
            session_start();
            session_destroy();
            session_id(new_id());
            session_start();
            session_write_close();
        }
        // The server's table of transactions shows old news to those who ask often.
        usleep(200_000);
        $own = implode(',', connections());
        $open = admin()->query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id IN ($own)")->fetch_column();
        echo "$first, $second: $open transactions open, ", json_encode(Rustdb\status()['pool']), ' ', Rustdb\status()['counters']['connects'], " made\n";
    }
}
echo holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_table('t_merge_pool');
drop_user('t_merge_pool');
?>
--EXPECT--
row, row: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
row, merge: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
row, none: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
merge, row: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
merge, merge: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
merge, none: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
none, row: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
none, merge: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
none, none: 0 transactions open, {"size":2,"in_use":0,"idle":1,"waits":0} 1 made
{"n":19}
