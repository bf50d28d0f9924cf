--TEST--
With lock=none an unchanged session writes nothing, a touch moves the expiry only and never resurrects a destroyed session
--EXTENSIONS--
mysqli
--INI--
rustdb.lock="none"
rustdb.table=t_lock_none
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
$stored = row($id);
session_id($id);

echo 'unchanged: ';
session_start();
session_write_close();
unset($stored['now']);
echo array_diff_assoc($stored, row($id)) === [] ? "not a byte\n" : "WRITTEN\n";

echo 'unchanged, another request wrote meanwhile: ';
session_start();
echo (new OtherProcess('store_session(["n" => "other"], $argv[1]);', [$id]))->end();
session_write_close();
echo row($id)['data'], "\n";

echo 'touched: ';
change_row($id, 'expires_at=expires_at-600');
session_start();
session_write_close();
echo row($id)['expires_at'] >= $stored['expires_at'] ? 'expiry moved, ' : 'NOT MOVED, ', row($id)['data'], "\n";

echo 'touch of a session that another request destroys meanwhile: ';
change_row($id, 'expires_at=expires_at-600');
session_start();
echo (new OtherProcess('session_id($argv[1]); session_start(); session_destroy();', [$id]))->end();
session_write_close();
echo rows(), " rows\n";

echo 'left empty: ';
session_id(new_id());
session_start();
session_write_close();
echo rows(), " rows\n";

echo 'expired: ';
store_session(['n' => 1], $id);
change_row($id, 'created_at=5,expires_at=6');
session_start();
echo json_encode($_SESSION);
$_SESSION['n'] = 2;
session_write_close();
echo row($id)['created_at'] > 5 ? ", a new life\n" : ", ITS OLD LIFE\n";

echo 'gc: ';
change_row($id, 'expires_at=6');
store_session(['n' => 1]);
session_start();
echo session_gc(), ' collected, ', rows(), " left\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_lock_none');
?>
--EXPECT--
unchanged: not a byte
unchanged, another request wrote meanwhile: n|s:5:"other";
touched: expiry moved, n|s:5:"other";
touch of a session that another request destroys meanwhile: 0 rows
left empty: 0 rows
expired: [], a new life
gc: 1 collected, 1 left
