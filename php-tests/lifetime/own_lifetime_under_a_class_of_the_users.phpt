--TEST--
Rustdb\lifetime() works under a class that extends SessionHandler, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_own_class
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

in_each_mode(LIFETIMES . <<<'PHP'
    final class Wrapper extends SessionHandler
    {
    }
    session_set_save_handler(new Wrapper(), true);
    $id = within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1);
    echo 'born: ', lives($id), "\n";
    within($id, fn() => $_SESSION['n'] = 2);
    echo 'changed: ', lives($id), "\n";
    change_row($id, 'expires_at=expires_at-100');
    within($id, fn() => null);
    echo 'unchanged: ', lives($id), "\n";
    echo 'regenerated: ', lives($id = within($id, fn() => session_regenerate_id(true))), "\n";
    within($id, fn() => Rustdb\lifetime(700));
    echo 'nothing else changed: ', lives($id), "\n";
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_own_class');
?>
--EXPECT--
in each mode:
born: 600 in its row, lives for 660 s
changed: 600 in its row, lives for 660 s
unchanged: 600 in its row, lives for 660 s
regenerated: 600 in its row, lives for 660 s
nothing else changed: 700 in its row, lives for 760 s
