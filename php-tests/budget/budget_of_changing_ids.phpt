--TEST--
Round trips of session_regenerate_id() and session_create_id(), which never locks or inserts
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$start = fn() => "session_id('" . store_session(['n' => 1]) . "'); session_start();";
foreach (['', 'strict '] as $mode) {
    $visitor = new Visitor(['session.use_strict_mode' => $mode ? '1' : '0']);
    $visitor->visit("{$mode}create_id with a session open, which is aborted", "{$start()} session_create_id(); session_abort();");
    $visitor->visit("{$mode}create_id with none open", 'session_create_id();');
    $visitor->visit("{$mode}regenerate_id", "{$start()} session_regenerate_id(); session_write_close();");
    $visitor->visit("{$mode}regenerate_id(true)", "{$start()} session_regenerate_id(true); session_write_close();");
}
?>
--EXPECT--
create_id with a session open, which is aborted: 3 = execute select for update | select | rollback
create_id with none open: 0 = 
regenerate_id: 4 = execute select for update | rollback | insert | update, commit
regenerate_id(true): 4 = execute select for update | update, commit | insert | update, commit
strict create_id with a session open, which is aborted: 3 = execute select for update | select | rollback
strict create_id with none open: 0 = 
strict regenerate_id: 4 = execute select for update | rollback | insert | update, commit
strict regenerate_id(true): 4 = execute select for update | update, commit | insert | update, commit
