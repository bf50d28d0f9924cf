--TEST--
Rustdb\lifetime() gives a session a lifetime of its own, which later requests keep until it is set again or null, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_own
session.gc_maxlifetime=1440
rustdb.touch_interval=60
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

in_each_mode(LIFETIMES . <<<'PHP'
    $id = store_session(['n' => 1]);
    echo 'before: ', lives($id), "\n";
    within($id, fn() => print(json_encode([Rustdb\lifetime(), Rustdb\lifetime(2_592_000), Rustdb\lifetime()]) . "\n"));
    echo 'set: ', lives($id), "\n";

    within($id, fn() => $_SESSION['n'] = 2);
    echo 'changed: ', lives($id), ' ', found($id), "\n";
    change_row($id, 'expires_at=expires_at-100');
    within($id, fn() => print(Rustdb\lifetime()));
    echo ', touched: ', lives($id), "\n";
    $version = row($id)['version'];
    within($id, fn() => Rustdb\lifetime(2_592_000));
    echo 'set to the same: ', $version === row($id)['version'] ? 'not written' : 'WRITTEN', "\n";
    within($id, fn() => $_SESSION['n'] = str_repeat('x', 40_000));
    within($id, fn() => $_SESSION['n'] = str_repeat('y', 40_000));
    echo 'made large: ', lives($id), ' ', strlen(found($id)), "\n";

    within($id, fn() => print(Rustdb\lifetime(600) . Rustdb\lifetime('700') . ($_SESSION['n'] = 3)));
    echo ', another one: ', lives($id), ' ', found($id), "\n";
    within($id, fn() => Rustdb\lifetime(null));
    echo 'none: ', lives($id), "\n";
    within($id, fn() => print(json_encode(Rustdb\lifetime(2_147_483_647))));
    echo ', the longest: ', lives($id), "\n";
    within($id, fn() => Rustdb\lifetime(1));
    echo 'the shortest: ', lives($id), "\n";

    // What was asked for and is dropped, and what was given up again.
    session_id($id);
    session_start();
    Rustdb\lifetime(600);
    session_reset();
    echo Rustdb\lifetime();
    session_write_close();
    session_start();
    Rustdb\lifetime(600);
    session_abort();
    $version = row($id)['version'];
    within($id, fn() => Rustdb\lifetime(600) . Rustdb\lifetime(1));
    echo ', reset, aborted, set back: ', lives($id), $version === row($id)['version'] ? '' : ' WRITTEN', "\n";

    // New sessions: with data, large, without; none for an empty one makes no session of it.
    echo 'born: ', lives(within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1)), "\n";
    echo 'born large: ', lives(within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = str_repeat('x', 40_000))), "\n";
    echo 'born of it alone: ', lives($empty = within(new_id(), fn() => Rustdb\lifetime(600))), '; ',
        lives(within(new_id(), fn() => Rustdb\lifetime(null))), "\n";

    // A sign-out leaves nothing of it, nor does the end.
    session_id($empty);
    session_start();
    session_destroy();
    echo 'after a sign-out: ', lives(within($empty, fn() => $_SESSION['n'] = 1)), "\n";
    $ids = [];
    foreach (['n' => 1, 'large' => str_repeat('x', 40_000)] as $key => $value) {
        $ids[] = $id = within(new_id(), fn() => Rustdb\lifetime(600) . $_SESSION['n'] = 1);
        change_row($id, 'expires_at=UNIX_TIMESTAMP()');
        within($id, function () use ($key, $value): void {
            $_SESSION[$key] = $value;
            echo json_encode(Rustdb\lifetime());
        });
        echo ' in the place of one that has expired: ', lives($id), "\n";
    }
    change_row($id, 'expires_at=UNIX_TIMESTAMP(),lifetime=500');
    within($id, fn() => Rustdb\lifetime(600));
    echo 'set there: ', lives($id), "\n";

    foreach ([0, -1, 2_147_483_648, PHP_INT_MIN] as $wrong) {
        try {
            within($id, fn() => Rustdb\lifetime($wrong));
        } catch (ValueError $e) {
            session_write_close();
            echo $e->getMessage(), "\n";
        }
    }
    foreach ([[], [600], [null]] as $arguments) {
        try {
            session_start(['read_and_close' => true]);
            Rustdb\lifetime(...$arguments);
        } catch (Error $e) {
            echo $e->getMessage(), "\n";
        }
    }
    echo 'after all: ', lives($id), "\n";
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_own');
?>
--EXPECT--
in each mode:
before: 0 in its row, lives for 1500 s
[null,null,2592000]
set: 2592000 in its row, lives for 2592060 s
changed: 2592000 in its row, lives for 2592060 s 2
2592000, touched: 2592000 in its row, lives for 2592060 s
set to the same: not written
made large: 2592000 in its row, lives for 2592060 s 40002
25920006003, another one: 700 in its row, lives for 760 s 3
none: 0 in its row, lives for 1500 s
null, the longest: 2147483647 in its row, lives for 2147483710 s
the shortest: 1 in its row, lives for 60 s
1, reset, aborted, set back: 1 in its row, lives for 60 s
born: 600 in its row, lives for 660 s
born large: 600 in its row, lives for 660 s
born of it alone: 600 in its row, lives for 660 s; no row
after a sign-out: 0 in its row, lives for 1500 s
null in the place of one that has expired: 0 in its row, lives for 1500 s
null in the place of one that has expired: 0 in its row, lives for 1500 s
set there: 600 in its row, lives for 660 s
Rustdb\lifetime(): Argument #1 ($seconds) must be between 1 and 2147483647, or null
Rustdb\lifetime(): Argument #1 ($seconds) must be between 1 and 2147483647, or null
Rustdb\lifetime(): Argument #1 ($seconds) must be between 1 and 2147483647, or null
Rustdb\lifetime(): Argument #1 ($seconds) must be between 1 and 2147483647, or null
Rustdb\lifetime(): there is no active session, call session_start() first
Rustdb\lifetime(): there is no active session, call session_start() first
Rustdb\lifetime(): there is no active session, call session_start() first
after all: 600 in its row, lives for 660 s
