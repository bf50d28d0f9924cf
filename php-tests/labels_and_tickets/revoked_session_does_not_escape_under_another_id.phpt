--TEST--
A session that was signed out does not live on under another id: session_regenerate_id() takes its handle along
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_escape
rustdb.lock_wait=2
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

in_each_mode(<<<'PHP'
    foreach (['true', 'false'] as $delete) {
        foreach (['', 'strict', 'wrapper'] as $way) {
            $start = 'session_id($argv[1]);'
                . ($way === 'strict' ? 'ini_set("session.use_strict_mode", 1);' : '')
                . ($way === 'wrapper' ? 'session_set_save_handler(new SessionHandler());' : '')
                . 'session_start();';
            $code = 'require ' . var_export(LABELS_INC, true) . '; set_error_handler(show_warning(...));' . $start;

            // Its new id comes after it was revoked: the request says so, and nothing is left under either id.
            $id = labelled('alice');
            $other = new OtherProcess("$code tell('held'); listen(); session_regenerate_id($delete); tell(session_id());"
                . ' $_SESSION["n"] = 2; session_write_close();', [$id]);
            $other->hear();
            $revoked = Rustdb\revoke('alice');
            $other->say();
            $said = explode("\n", $other->end());
            $ids = preg_grep('/^[0-9a-z,-]{20,}$/', $said);
            $warned = preg_grep('/signed out/', $said) ? 'warned' : 'SILENT';
            echo trim("$delete $way"), ", revoked before: $revoked $warned ", implode(' ', array_map(found(...), [$id, ...$ids])), "\n";

            // It has its new id already, stored or not: both are one session for the list, and end together.
            foreach (['stored' => 'session_write_close();', 'held' => ''] as $what => $close) {
                $id = labelled('alice');
                $other = new OtherProcess("$code session_regenerate_id($delete); \$_SESSION['n'] = 2; \$new = session_id(); $close"
                    . ' tell($new); listen();', [$id]);
                $new = $other->hear();
                $listed = count(Rustdb\sessions('alice'));
                $revoked = Rustdb\revoke('alice');
                $other->say();
                $warned = str_contains($other->end(), 'signed out') ? 'warned' : 'silent';
                // With the old id deleted and the new one not stored yet there is nothing live to count.
                echo trim("$delete $way"), ", revoked when $what: $listed $revoked $warned ", found($id), ' ', found($new), "\n";
            }
        }
    }
    // A label that is not stored yet goes along, too.
    $code = 'session_start(); Rustdb\label("carol"); session_regenerate_id(true); $_SESSION["n"] = 2; echo session_id(); session_write_close();';
    $id = (new OtherProcess($code))->end();
    echo found($id), ' ', count(Rustdb\sessions('carol')), ' ', Rustdb\revoke('carol'), ' ', found($id), "\n";

    // What comes after session_destroy() is another session.
    $id = labelled('alice');
    session_id($id);
    session_start();
    session_destroy();
    session_id($id);
    session_start();
    $_SESSION['n'] = 'new';
    session_write_close();
    echo Rustdb\revoke('alice'), ' ', found($id), "\n";
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_escape');
?>
--EXPECT--
in each mode:
true, revoked before: 1 warned null null
true, revoked when stored: 1 1 silent null null
true, revoked when held: 0 0 warned null null
true strict, revoked before: 1 warned null null
true strict, revoked when stored: 1 1 silent null null
true strict, revoked when held: 0 0 warned null null
true wrapper, revoked before: 1 warned null null
true wrapper, revoked when stored: 1 1 silent null null
true wrapper, revoked when held: 0 0 warned null null
false, revoked before: 1 warned null null
false, revoked when stored: 1 1 silent null null
false, revoked when held: 1 1 warned null null
false strict, revoked before: 1 warned null null
false strict, revoked when stored: 1 1 silent null null
false strict, revoked when held: 1 1 warned null null
false wrapper, revoked before: 1 warned null null
false wrapper, revoked when stored: 1 1 silent null null
false wrapper, revoked when held: 1 1 warned null null
2 1 1 null
0 "new"
