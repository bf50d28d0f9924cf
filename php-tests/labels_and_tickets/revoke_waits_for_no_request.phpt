--TEST--
Rustdb\revoke() ends sessions that requests hold without waiting for them, and they cannot write themselves back
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_revoke
rustdb.lock_wait=2
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

in_each_mode(<<<'PHP'
    foreach (['changed' => '$_SESSION["n"] = 2;', 'made large' => '$_SESSION["n"] = str_repeat("x", 40_000);', 'unchanged' => '',
        'emptied' => '$_SESSION = [];', 'labelled anew' => 'Rustdb\label("bob");', 'labelled the same' => 'Rustdb\label("alice"); $_SESSION["n"] = 2;'] as $what => $code) {
        echo "$what:\n";
        $ids = [labelled('alice'), labelled('alice'), labelled('bob')];
        // Some held, one not, and somebody else's.
        $holder = holder($ids[0], "$code session_write_close();");
        echo Rustdb\revoke('alice'), ' of ', count(Rustdb\sessions('alice')), "\n";
        $holder->say();
        echo $holder->end();
        echo implode(' ', array_map(found(...), $ids)), ' ', count(Rustdb\sessions('alice')), count(Rustdb\sessions('bob')), "\n";
        Rustdb\revoke('bob');
    }
    // A request that waits for the session meanwhile, and one that comes later, find none.
    if (ini_get('rustdb.lock') === 'row') {
        $id = labelled('alice');
        $holder = holder($id, '$_SESSION["n"] = 2; session_write_close();');
        $waiter = new OtherProcess('session_id($argv[1]); tell(""); session_start(); echo json_encode($_SESSION), session_id() === $argv[1] ? "same" : "another";',
            [$id], ['rustdb.lock_wait' => '20', 'session.use_strict_mode' => '1']);
        $waiter->hear();
        wait_until(fn() => waiters($id) > 0);
        Rustdb\revoke('alice');
        $holder->say();
        $holder->end();
        $waited = $waiter->end();
        if ($waited !== '[]another') {
            echo "THE WAITER: $waited\n";
        }
    }
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_revoke');
?>
--EXPECT--
in each mode:
changed:
2 of 0
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null null 1 01
made large:
2 of 0
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null null 1 01
unchanged:
2 of 0
null null 1 01
emptied:
2 of 0
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null null 1 01
labelled anew:
2 of 0
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null null 1 01
labelled the same:
2 of 0
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null null 1 01
