--TEST--
A regenerated id keeps the lifetime that the session has for itself, be it set before or in that request, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_own_ids
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

in_each_mode(LIFETIMES . <<<'PHP'
    foreach ([true, false] as $delete) {
        echo $delete ? "the old one deleted\n" : "the old one left\n";
        $regenerate = fn() => session_regenerate_id($delete);
        $id = within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1);
        $new = within($id, $regenerate);
        echo 'a later request: ', lives($new), ', the old one: ', lives($id), "\n";
        echo 'and the next: ', lives(within($new, fn() => $regenerate() . $_SESSION['n'] = 2)), "\n";

        $id = store_session(['n' => 1]);
        $new = within($id, fn() => Rustdb\lifetime(600) . $regenerate() . $_SESSION['n'] = 2);
        echo 'set before: ', lives($new), ', the old one: ', lives($id), "\n";
        $id = store_session(['n' => 1]);
        $new = within($id, fn() => $regenerate() . Rustdb\lifetime(600));
        echo 'set after: ', lives($new), ', the old one: ', lives($id), "\n";
        $id = within($new, fn() => Rustdb\lifetime(null) . $regenerate());
        echo 'taken away before: ', lives($id), "\n";
        $id = within(within($id, fn() => Rustdb\lifetime(600)), fn() => $regenerate() . Rustdb\lifetime(null));
        echo 'taken away after: ', lives($id), "\n";
        $id = within(new_id(), fn() => Rustdb\lifetime(600) . $regenerate() . $_SESSION['n'] = 1);
        echo 'before it was ever stored: ', lives($id), "\n";
        $id = within($id, fn() => $regenerate() . $regenerate());
        echo 'twice: ', lives($id), "\n";
    }
    // Another session of the same request has nothing of it.
    within($id, fn() => session_regenerate_id(true));
    echo 'another session: ', lives(store_session(['n' => 1])), "\n";
    PHP);

// Who waited behind a sign-in that regenerates reads the session as it was, and may regenerate it for itself.
$id = within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1);
$first = holder($id, 'session_regenerate_id(true);');
$waiter = new OtherProcess('session_id($argv[1]); tell("started"); session_start(); session_regenerate_id(true); tell(session_id());', [$id]);
$waiter->hear();
wait_until(fn() => waiters($id) > 0);
$first->say();
$first->end();
$new = $waiter->hear();
$waiter->end();
echo 'who waited and regenerates: ', lives($new), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_own_ids');
drop_table('t_own_ids');
?>
--EXPECT--
in each mode:
the old one deleted
a later request: 600 in its row, lives for 660 s, the old one: no row
and the next: 600 in its row, lives for 660 s
set before: 600 in its row, lives for 660 s, the old one: no row
set after: 600 in its row, lives for 660 s, the old one: no row
taken away before: 0 in its row, lives for 1500 s
taken away after: 0 in its row, lives for 1500 s
before it was ever stored: 600 in its row, lives for 660 s
twice: 600 in its row, lives for 660 s
the old one left
a later request: 600 in its row, lives for 660 s, the old one: 600 in its row, lives for 660 s
and the next: 600 in its row, lives for 660 s
set before: 600 in its row, lives for 660 s, the old one: 600 in its row, lives for 660 s
set after: 600 in its row, lives for 660 s, the old one: 0 in its row, lives for 1500 s
taken away before: 0 in its row, lives for 1500 s
taken away after: 0 in its row, lives for 1500 s
before it was ever stored: 600 in its row, lives for 660 s
twice: 600 in its row, lives for 660 s
another session: 0 in its row, lives for 1500 s
who waited and regenerates: 600 in its row, lives for 660 s
