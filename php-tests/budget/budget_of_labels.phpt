--TEST--
Round trips with labels: as many as without, a first label included
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_budget_labels
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';
require __DIR__ . '/../inc/proxy.inc';

foreach (['row', 'lease', 'merge', 'none'] as $mode) {
    ini_set('rustdb.table', $table = "t_budget_labels_$mode");
    $settings = ['rustdb.lock' => $mode, 'rustdb.table' => $table];
    // The first one makes the table; the visitor's first connection comes before there are labels.
    (new OtherProcess('store_session(["n" => 1]);', [], $settings))->end();
    $visitor = new Visitor($settings);
    $id = new_id();
    $start = "session_id('$id'); session_start(";
    (new OtherProcess('require "' . __DIR__ . '/../inc/labels.inc"; labelled("alice", ["n" => 1], $argv[1]);', [$id], $settings))->end();
    echo "$mode:\n";
    $visitor->visit('the first labelled session that this connection meets', "$start); session_abort();");
    $visitor->visit('changed', "$start); \$_SESSION['n']++; session_write_close();");
    $visitor->visit('unchanged', "$start); session_write_close();");
    $visitor->visit('read_and_close', "$start ['read_and_close' => true]);");
    // That opens a connection to look whether there is what labels need.
    $visitor->send("$start); Rustdb\\label('bob'); session_write_close();");
    $visitor->visit('another label', "$start); Rustdb\\label('alice'); session_write_close();");
    $visitor->visit('the same label', "$start); Rustdb\\label('alice'); session_write_close();");
    $visitor->visit('a label for a stored session', "session_id('" . new_id() . "'); session_start(); \$_SESSION['n'] = 1; session_write_close();"
        . "session_start(); Rustdb\\label('alice'); session_write_close();");
    $visitor->visit('a new session with a label', 'session_id(""); session_start(); $_SESSION["n"] = 1; Rustdb\label("alice"); session_write_close();');
    $visitor->visit('an unlabelled session', 'session_id("' . new_id() . '"); session_start(); $_SESSION["n"] = 1; session_write_close();');
    $visitor->visit('revoke', 'Rustdb\revoke("alice");');
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_budget_labels');
?>
--EXPECT--
row:
the first labelled session that this connection meets: 3 = execute select for update | select | rollback
changed: 3 = prepare select for update | execute select for update | update, commit
unchanged: 2 = execute select for update | rollback
read_and_close: 1 = select, commit
another label: 2 = execute select for update | update, update, commit
the same label: 2 = execute select for update | rollback
a label for a stored session: 5 = execute select for update | insert, select for update | update, commit | execute select for update | update, insert, commit
a new session with a label: 2 = insert | update, insert, commit
an unlabelled session: 3 = execute select for update | insert, select for update | update, commit
revoke: 4 = select, commit | delete, commit | start transaction, select for update | update, commit
lease:
the first labelled session that this connection meets: 3 = set, insert, select, select | select | update
changed: 2 = set, insert, select, select | update
unchanged: 2 = set, insert, select, select | update
read_and_close: 2 = prepare select | execute select
another label: 2 = set, insert, select, select | start transaction, update, update, commit
the same label: 2 = set, insert, select, select | update
a label for a stored session: 4 = set, insert, select, select | start transaction, update, insert, commit | set, insert, select, select | start transaction, update, insert, commit
a new session with a label: 2 = set, insert, select, select | start transaction, update, insert, insert, commit
an unlabelled session: 2 = set, insert, select, select | start transaction, update, insert, commit
revoke: 4 = select | delete | start transaction, select for update | update, delete, commit
merge:
the first labelled session that this connection meets: 2 = execute select | select
changed: 3 = prepare select | execute select | update
unchanged: 1 = execute select
read_and_close: 1 = execute select
another label: 2 = execute select | start transaction, update, update, commit
the same label: 1 = execute select
a label for a stored session: 4 = execute select | insert | execute select | start transaction, update, insert, commit
a new session with a label: 2 = execute select | start transaction, insert, insert, commit
an unlabelled session: 2 = execute select | insert
revoke: 4 = select | delete | start transaction, select for update | update, commit
none:
the first labelled session that this connection meets: 2 = execute select | select
changed: 3 = prepare select | execute select | insert
unchanged: 1 = execute select
read_and_close: 1 = execute select
another label: 2 = execute select | start transaction, insert, update, commit
the same label: 1 = execute select
a label for a stored session: 4 = execute select | insert | execute select | start transaction, insert, insert, commit
a new session with a label: 2 = execute select | start transaction, insert, insert, commit
an unlabelled session: 2 = execute select | insert
revoke: 4 = select | delete | start transaction, select for update | update, commit
