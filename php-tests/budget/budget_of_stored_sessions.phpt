--TEST--
Round trips of requests with a stored session: two, also in strict mode, and one plain SELECT for read_and_close
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$start = "session_id('$id'); session_start(";
foreach (['', 'strict '] as $mode) {
    $visitor = new Visitor(['session.use_strict_mode' => $mode ? '1' : '0']);
    $visitor->visit("{$mode}changed", "$start); \$_SESSION['n']++; session_write_close();");
    $visitor->visit("{$mode}unchanged", "$start); session_write_close();");
    $visitor->visit("{$mode}unchanged, lazy_write off", "$start ['lazy_write' => 0]); session_write_close();");
    $visitor->visit("{$mode}aborted", "$start); \$_SESSION['n']++; session_abort();");
    change_row($id, 'expires_at=expires_at-600');
    $visitor->visit("{$mode}unchanged and due for a touch", "$start); session_write_close();");
    $visitor->visit("{$mode}read_and_close", "$start ['read_and_close' => true]);");
    $visitor->visit("{$mode}reset", "$start); \$_SESSION['n']++; session_reset(); session_abort();");
}
$visitor->visit('destroyed', "$start); session_destroy();");
?>
--EXPECT--
changed: 2 = execute select for update | update, commit
unchanged: 2 = execute select for update | rollback
unchanged, lazy_write off: 2 = execute select for update | rollback
aborted: 2 = execute select for update | rollback
unchanged and due for a touch: 2 = execute select for update | update, commit
read_and_close: 1 = select, commit
reset: 2 = execute select for update | rollback
strict changed: 2 = execute select for update | update, commit
strict unchanged: 2 = execute select for update | rollback
strict unchanged, lazy_write off: 2 = execute select for update | rollback
strict aborted: 2 = execute select for update | rollback
strict unchanged and due for a touch: 2 = execute select for update | update, commit
strict read_and_close: 1 = select, commit
strict reset: 2 = execute select for update | rollback
destroyed: 2 = execute select for update | delete, commit
