--TEST--
A lifetime of the session's own takes no round trip more: it is stored with the session, and read with it
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_budget_own
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';
require __DIR__ . '/../inc/proxy.inc';

foreach (['row', 'lease', 'merge', 'none'] as $mode) {
    $table = "t_budget_own_$mode";
    $visitor = new Visitor(['rustdb.lock' => $mode, 'rustdb.table' => $table]);
    $start = "session_id('" . ($id = new_id()) . "'); session_start();";
    echo "$mode:\n";
    $visitor->visit('new', 'session_id(""); session_start(); $_SESSION["n"] = 1; Rustdb\lifetime(600); session_write_close();');
    $visitor->send("$start \$_SESSION['n'] = 1; session_write_close();");
    $visitor->visit('set', "$start Rustdb\\lifetime(600); session_write_close();");
    $visitor->visit('changed', "$start \$_SESSION['n']++; session_write_close();");
    $visitor->visit('unchanged', "$start session_write_close();");
    $visitor->visit('set to the same', "$start Rustdb\\lifetime(600); session_write_close();");
    admin()->query("UPDATE $table SET expires_at=expires_at-100 WHERE codec<128");
    $visitor->visit('due for a touch', "$start session_write_close();");
    $visitor->visit('taken away', "$start Rustdb\\lifetime(null); session_write_close();");
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_budget_own');
?>
--EXPECT--
row:
new: 2 = insert | update, commit
set: 2 = execute select for update | update, commit
changed: 2 = execute select for update | update, commit
unchanged: 2 = execute select for update | rollback
set to the same: 2 = execute select for update | rollback
due for a touch: 2 = execute select for update | update, commit
taken away: 2 = execute select for update | update, commit
lease:
new: 2 = set, insert, select, select | start transaction, update, insert, commit
set: 2 = set, insert, select, select | update
changed: 2 = set, insert, select, select | update
unchanged: 2 = set, insert, select, select | update
set to the same: 2 = set, insert, select, select | update
due for a touch: 2 = set, insert, select, select | update
taken away: 2 = set, insert, select, select | update
merge:
new: 2 = execute select | insert
set: 2 = execute select | update
changed: 2 = execute select | update
unchanged: 1 = execute select
set to the same: 1 = execute select
due for a touch: 2 = execute select | start transaction, select for update, update, commit
taken away: 2 = execute select | update
none:
new: 2 = execute select | insert
set: 2 = execute select | insert
changed: 2 = execute select | insert
unchanged: 1 = execute select
set to the same: 1 = execute select
due for a touch: 2 = execute select | start transaction, select for update, update, commit
taken away: 2 = execute select | insert
