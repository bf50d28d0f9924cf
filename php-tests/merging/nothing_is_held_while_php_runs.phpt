--TEST--
While PHP runs a request holds no transaction, no row and no connection
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_idle
rustdb.user=t_merge_idle
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

create_user();

/** Transactions of the test's own user that are open. */
function transactions(): int
{
    $own = implode(',', connections());
    // The server's table of transactions shows old news to those who ask often.
    usleep(200_000);
    return admin()->query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id IN ($own)")->fetch_row()[0];
}

$look = 'tell(json_encode(Rustdb\status()["pool"])); listen();';
foreach (['row', 'merge'] as $lock) {
    $id = store_session(['n' => 1], new_id());
    $steps = ['has read' => '', 'has changed it' => '$_SESSION["n"] = 2;', 'has written and read again' => 'session_write_close(); session_start();'];
    $code = SHOW_WARNINGS . 'session_start(); session_write_close(); session_start();';
    foreach ($steps as $step) {
        $code .= "$step $look";
    }
    $request = new OtherProcess($code, [$id], ['rustdb.lock' => $lock]);
    foreach (array_keys($steps) as $what) {
        $pool = json_decode($request->hear(), true);
        echo "$lock, $what: $pool[in_use] of the connections in use, $pool[idle] idle, ", transactions(), ' transactions, row ', is_held($id) ? 'locked' : 'free', "\n";
        $request->say();
    }
    echo $request->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_table('t_merge_idle');
drop_user('t_merge_idle');
?>
--EXPECT--
row, has read: 1 of the connections in use, 0 idle, 1 transactions, row locked
row, has changed it: 1 of the connections in use, 0 idle, 1 transactions, row locked
row, has written and read again: 1 of the connections in use, 0 idle, 1 transactions, row locked
merge, has read: 0 of the connections in use, 1 idle, 0 transactions, row free
merge, has changed it: 0 of the connections in use, 1 idle, 0 transactions, row free
merge, has written and read again: 0 of the connections in use, 1 idle, 0 transactions, row free
