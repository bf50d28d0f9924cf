--TEST--
Round trips with lock=merge: one for an unchanged session, two for a changed one, and two more where another request was faster
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_budget_merge
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

foreach (['0', '1'] as $strict) {
    echo "strict $strict\n";
    $id = store_session(['n' => 1], new_id());
    // Another request comes in between, past the proxy.
    $another = 'require_once ' . var_export(__DIR__ . '/../inc/common.inc', true) . ';'
        . "(new OtherProcess('session_id(\$argv[1]); session_start(); \$_SESSION[bin2hex(random_bytes(4))] = 1;', [session_id()], "
        . "['session.use_strict_mode' => '0', 'rustdb.host' => '" . getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT') . "']))->end();";
    $start = "session_id('$id'); session_start(";
    $visitor = new Visitor(['session.use_strict_mode' => $strict]);
    $visitor->visit('unchanged', "$start); session_write_close();");
    $visitor->visit('unchanged, lazy_write off', "$start ['lazy_write' => 0]); session_write_close();");
    $visitor->visit('changed', "$start); \$_SESSION['n']++; session_write_close();");
    $visitor->visit('changed, a large one', "$start); \$_SESSION['large'] = str_repeat('x', 100_000); session_write_close();");
    $visitor->visit('and back', "$start); unset(\$_SESSION['large']); session_write_close();");
    $visitor->visit('changed, and another was faster', "$start); \$_SESSION['n']++; $another session_write_close();");
    $visitor->visit('unchanged, the next', "$start); session_write_close();");
    $visitor->visit('unchanged, and the next but one', "$start); session_write_close();");
    $visitor->visit('unchanged, and another was faster', "$start); $another session_write_close();");
    $visitor->visit('aborted', "$start); \$_SESSION['n']++; session_abort();");
    $visitor->visit('reset', "$start); \$_SESSION['n']++; session_reset(); session_abort();");
    $visitor->visit('read_and_close', "$start ['read_and_close' => true]);");
    change_row($id, 'expires_at=expires_at-600');
    $visitor->visit('unchanged and due for a touch', "$start); session_write_close();");
    $visitor->visit('id made by us', 'session_id(""); session_start(); $_SESSION["n"] = 1; session_write_close();');
    $visitor->visit('id made by us, left empty', 'session_id(""); session_start(); session_write_close();');
    $visitor->visit('id made by us, and another was faster', "session_id(''); session_start(); \$_SESSION['n'] = 1; $another session_write_close();");
    $visitor->visit('id brought by the client', "session_id('" . new_id() . "'); session_start(); \$_SESSION['n'] = 1; session_write_close();");
    $visitor->visit('id brought by the client, left empty', "session_id('" . new_id() . "'); session_start(); session_write_close();");
    $visitor->visit('regenerate_id', "$start); session_regenerate_id(); session_write_close();");
    $visitor->visit('regenerate_id, changed', "$start); \$_SESSION['n']++; session_regenerate_id(); session_write_close();");
    $visitor->visit('regenerate_id(true)', "$start); session_regenerate_id(true); session_write_close();");
    $id = store_session(['n' => 1], new_id());
    $start = "session_id('$id'); session_start(";
    $visitor->visit('regenerate_id(true), and another was faster', "$start); $another session_regenerate_id(true); session_write_close();");
    $id = store_session(['n' => 1], new_id());
    $start = "session_id('$id'); session_start(";
    $visitor->visit('create_id', "$start); session_create_id(); session_abort();");
    $visitor->visit('destroyed', "$start); session_destroy();");
    unset($visitor);
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_budget_merge');
?>
--EXPECT--
strict 0
unchanged: 1 = execute select
unchanged, lazy_write off: 1 = execute select
changed: 2 = execute select | update
changed, a large one: 3 = execute select | prepare update | execute update
and back: 2 = execute select | update
changed, and another was faster: 4 = execute select | update | set, select for update | update, commit
unchanged, the next: 1 = set, select
unchanged, and the next but one: 1 = execute select
unchanged, and another was faster: 1 = execute select
aborted: 1 = execute select
reset: 2 = execute select | execute select
read_and_close: 1 = execute select
unchanged and due for a touch: 2 = execute select | start transaction, select for update, update, commit
id made by us: 2 = execute select | insert
id made by us, left empty: 1 = execute select
id made by us, and another was faster: 5 = execute select | insert | rollback | set, select for update | update, commit
id brought by the client: 2 = set, select | insert
id brought by the client, left empty: 1 = execute select
regenerate_id: 4 = execute select | execute select | execute select | insert
regenerate_id, changed: 4 = execute select | update | execute select | insert
regenerate_id(true): 4 = execute select | update | execute select | insert
regenerate_id(true), and another was faster: 6 = execute select | update | set, select for update | update, commit | set, select | insert
create_id: 2 = execute select | execute select
destroyed: 2 = execute select | delete
strict 1
unchanged: 1 = execute select
unchanged, lazy_write off: 1 = execute select
changed: 2 = execute select | update
changed, a large one: 3 = execute select | prepare update | execute update
and back: 2 = execute select | update
changed, and another was faster: 4 = execute select | update | set, select for update | update, commit
unchanged, the next: 1 = set, select
unchanged, and the next but one: 1 = execute select
unchanged, and another was faster: 1 = execute select
aborted: 1 = execute select
reset: 2 = execute select | execute select
read_and_close: 1 = execute select
unchanged and due for a touch: 2 = execute select | start transaction, select for update, update, commit
id made by us: 2 = execute select | insert
id made by us, left empty: 1 = execute select
id made by us, and another was faster: 5 = execute select | insert | rollback | set, select for update | update, commit
id brought by the client: 3 = set, select | execute select | insert
id brought by the client, left empty: 2 = execute select | execute select
regenerate_id: 4 = execute select | execute select | execute select | insert
regenerate_id, changed: 4 = execute select | update | execute select | insert
regenerate_id(true): 4 = execute select | update | execute select | insert
regenerate_id(true), and another was faster: 6 = execute select | update | set, select for update | update, commit | set, select | insert
create_id: 2 = execute select | execute select
destroyed: 2 = execute select | delete
