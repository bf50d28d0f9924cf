--TEST--
gc deletes labels that had no session on two looks a day apart, and no other
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_label_gc
rustdb.gc_batch=2
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

/** A day goes by. */
function next_day(): void
{
    admin()->query('UPDATE t_label_gc_label SET checked_at=checked_at-86401');
    session_id(new_id());
    session_start();
    session_gc();
    session_destroy();
    echo implode(' ', array_column(admin()->query('SELECT label FROM t_label_gc_label ORDER BY label')->fetch_all(), 0)), "\n";
}

foreach (['a', 'b', 'c', 'd', 'e'] as $label) {
    $ids[$label] = labelled($label);
}
// Under two ids; one of them goes.
session_id($ids['b']);
session_start();
session_regenerate_id(false);
$new = session_id();
session_write_close();
change_row($ids['a'], 'expires_at=1');
change_row($ids['b'], 'expires_at=1');
// What a request has in the moment between its old id and its new one.
$id = row($ids['c']);
change_row($ids['c'], 'handle=NULL');
next_day();
change_row($ids['c'], "handle=x'" . bin2hex($id['handle']) . "'");
next_day();
change_row($new, 'expires_at=1');
next_day();
next_day();
session_id(new_id());
session_start(['gc_probability' => 1, 'gc_divisor' => 1]);
session_destroy();
echo found($ids['c']), found($ids['d']), found($ids['a']), found($new), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_table('t_label_gc');
?>
--EXPECT--
a b c d e
b c d e
b c d e
c d e
11nullnull
