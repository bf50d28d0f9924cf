--TEST--
Encryption, compression and both lifetimes take no round trip more
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';
require __DIR__ . '/../inc/proxy.inc';

foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $visitor = new Visitor(encrypted(key_file(new_key()), [
        'rustdb.lock' => $lock, 'rustdb.encryption' => 'required', 'rustdb.compression' => 'zstd',
        'rustdb.absolute_lifetime' => '100000', 'rustdb.new_lifetime' => '600',
    ]));
    $start = "session_id('" . ($id = new_id()) . "'); session_start(";
    $visitor->visit("$lock: new", "session_id(''); session_start(); \$_SESSION['n'] = 1; session_write_close();");
    $visitor->visit("$lock: new, the client's id", "$start); \$_SESSION['n'] = str_repeat('n', 2000); session_write_close();");
    $visitor->visit("$lock: changed", "$start); \$_SESSION['n'] .= 1; session_write_close();");
    $visitor->visit("$lock: unchanged", "$start); session_write_close();");
    $visitor->visit("$lock: read_and_close", "$start ['read_and_close' => true]);");
    change_row($id, 'expires_at=expires_at-100');
    $visitor->visit("$lock: due for a touch", "$start); session_write_close();");
    change_row($id, 'created_at=created_at-100000');
    $visitor->visit("$lock: too old", "$start); \$_SESSION['n'] = 1; session_write_close();");
}
?>
--EXPECT--
row: new: 2 = insert | update, commit
row: new, the client's id: 3 = execute select for update | insert, select for update | update, commit
row: changed: 2 = execute select for update | update, commit
row: unchanged: 2 = execute select for update | rollback
row: read_and_close: 1 = select, commit
row: due for a touch: 2 = execute select for update | update, commit
row: too old: 2 = execute select for update | update, commit
lease: new: 2 = set, insert, select, select | start transaction, update, insert, commit
lease: new, the client's id: 2 = set, insert, select, select | start transaction, update, insert, commit
lease: changed: 2 = set, insert, select, select | update
lease: unchanged: 2 = set, insert, select, select | update
lease: read_and_close: 1 = execute select
lease: due for a touch: 2 = set, insert, select, select | update
lease: too old: 2 = set, insert, select, select | update
merge: new: 2 = execute select | insert
merge: new, the client's id: 2 = execute select | insert
merge: changed: 2 = execute select | update
merge: unchanged: 1 = execute select
merge: read_and_close: 1 = execute select
merge: due for a touch: 2 = execute select | start transaction, select for update, update, commit
merge: too old: 2 = execute select | update
none: new: 2 = execute select | insert
none: new, the client's id: 2 = execute select | insert
none: changed: 2 = execute select | insert
none: unchanged: 1 = execute select
none: read_and_close: 1 = execute select
none: due for a touch: 2 = execute select | start transaction, select for update, update, commit
none: too old: 2 = execute select | insert
