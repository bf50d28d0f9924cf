--TEST--
Round trips with lock=none: one plain SELECT, and one statement more where something changed
--EXTENSIONS--
mysqli
--INI--
rustdb.lock="none"
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$start = "session_id('$id'); session_start();";
$visitor = new Visitor();
$visitor->visit('changed', "$start \$_SESSION['n']++; session_write_close();");
$visitor->visit('unchanged', "$start session_write_close();");
change_row($id, 'expires_at=expires_at-600');
$visitor->visit('unchanged and due for a touch', "$start session_write_close();");
$visitor->visit('destroyed', "$start session_destroy();");
$visitor->visit('new', 'session_id(""); session_start(); $_SESSION["n"] = 1; session_write_close();');
$visitor->visit('new, left empty', 'session_id(""); session_start(); session_write_close();');
?>
--EXPECT--
changed: 2 = execute select | insert
unchanged: 1 = execute select
unchanged and due for a touch: 2 = execute select | start transaction, select for update, update, commit
destroyed: 2 = execute select | delete
new: 2 = execute select | insert
new, left empty: 1 = execute select
