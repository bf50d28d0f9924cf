--TEST--
Round trips with rustdb.lock=lease: one takes the lease and reads, one writes and gives it back
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.table=t_budget_lease
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$start = "session_id('$id'); session_start(";
foreach (['', 'strict '] as $mode) {
    $visitor = new Visitor(['session.use_strict_mode' => $mode ? '1' : '0']);
    $visitor->visit("{$mode}changed", "$start); \$_SESSION['n']++; session_write_close();");
    $visitor->visit("{$mode}unchanged", "$start); session_write_close();");
    $visitor->visit("{$mode}aborted", "$start); \$_SESSION['n']++; session_abort();");
    change_row($id, 'expires_at=expires_at-600');
    $visitor->visit("{$mode}unchanged and due for a touch", "$start); session_write_close();");
    $visitor->visit("{$mode}read_and_close", "$start ['read_and_close' => true]);");
    $visitor->visit("{$mode}reset", "$start); \$_SESSION['n']++; session_reset(); session_abort();");
}
$visitor->visit('destroyed', "$start); session_destroy();");
$visitor->visit('new', 'session_id(""); session_start(); $_SESSION["n"] = 1; session_write_close();');
$visitor->visit('new, left empty', 'session_id(""); session_start(); session_write_close();');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_budget_lease');
?>
--EXPECT--
changed: 2 = set, insert, select, select | update
unchanged: 2 = set, insert, select, select | update
aborted: 2 = set, insert, select, select | update
unchanged and due for a touch: 2 = set, insert, select, select | update
read_and_close: 1 = execute select
reset: 2 = set, insert, select, select | update
strict changed: 2 = set, insert, select, select | update
strict unchanged: 2 = set, insert, select, select | update
strict aborted: 2 = set, insert, select, select | update
strict unchanged and due for a touch: 2 = set, insert, select, select | update
strict read_and_close: 1 = execute select
strict reset: 2 = set, insert, select, select | update
destroyed: 2 = set, insert, select, select | start transaction, delete, delete, commit
new: 2 = set, insert, select, select | start transaction, update, insert, commit
new, left empty: 2 = set, insert, select, select | delete
