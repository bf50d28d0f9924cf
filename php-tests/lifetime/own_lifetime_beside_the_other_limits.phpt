--TEST--
rustdb.absolute_lifetime caps a session's own lifetime, rustdb.new_lifetime does not, and gc goes by it, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_own_limits
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

in_each_mode(LIFETIMES . <<<'PHP'
    /** Says how long a session lives after a request in another process. */
    function after(string $what, string $id, string $code, array $ini = []): string
    {
        $said = (new OtherProcess("session_id(\$argv[1]); session_start(); $code session_write_close();", [$id], $ini))->end();
        echo "$what: ", lives($id), $said, "\n";
        return $id;
    }

    foreach (['small' => '$_SESSION["n"] = 1;', 'large' => '$_SESSION["n"] = str_repeat("x", 40_000);'] as $size => $data) {
        echo "$size:\n";
        $absolute = ['rustdb.absolute_lifetime' => '1000'];
        $id = after('born under an absolute limit', new_id(), "Rustdb\\lifetime(5000); $data", $absolute);
        change_row($id, 'created_at=created_at-500');
        after('later', $id, '$_SESSION["m"] = 1;', $absolute);
        change_row($id, 'expires_at=expires_at-100');
        after('touched', $id, '', $absolute);
        after('without the limit', $id, '', ['rustdb.touch_interval' => '0']);
        after('shorter than the limit', $id, 'Rustdb\lifetime(200);', $absolute);
        change_row($id, 'created_at=created_at-501,lifetime=5000,expires_at=expires_at+9999');
        after('over', $id, 'echo " ", json_encode([$_SESSION, Rustdb\lifetime()]); $_SESSION["n"] = 2;', $absolute);

        $new = ['rustdb.new_lifetime' => '100'];
        $id = after('seen once', new_id(), "Rustdb\\lifetime(5000); $data", $new);
        after('seen twice', $id, '$_SESSION["m"] = 1;', $new);
        $id = after('seen once, without', new_id(), $data, $new);
    }
    after('set in a second start of the first request', new_id(), '$_SESSION["n"] = 1; session_write_close(); session_start(); Rustdb\lifetime(600);', $new);

    // A short one is not made longer by a later request, and moves as any other.
    $id = after('a short one', new_id(), 'Rustdb\lifetime(300); $_SESSION["n"] = 1;');
    after('touched with a longer gc_maxlifetime', $id, '', ['session.gc_maxlifetime' => '9000']);
    change_row($id, 'expires_at=expires_at-61');
    after('moved by the interval', $id, '', ['session.gc_maxlifetime' => '9000']);
    after('no interval', $id, '$_SESSION["n"] = 2;', ['rustdb.touch_interval' => '0']);

    // gc
    ini_set('session.gc_maxlifetime', '1');
    $ids = [];
    foreach ([2_592_000, 2, null] as $own) {
        $ids[] = within(new_id(), fn() => Rustdb\lifetime($own) . $_SESSION['n'] = 1);
    }
    session_id($ids[0]);
    session_start();
    session_gc();
    session_abort();
    foreach ($ids as $id) {
        change_row($id, 'expires_at=expires_at-100');
    }
    session_start();
    $deleted = session_gc();
    session_abort();
    echo "$deleted deleted: ", implode(' ', array_map(found(...), $ids)), ' ', lives($ids[0]), ', ', lives($ids[1]), ', ', lives($ids[2]), "\n";
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_own_limits');
?>
--EXPECT--
in each mode:
small:
born under an absolute limit: 5000 in its row, lives for 1000 s
later: 5000 in its row, lives for 500 s
touched: 5000 in its row, lives for 500 s
without the limit: 5000 in its row, lives for 5000 s
shorter than the limit: 200 in its row, lives for 260 s
over: 0 in its row, lives for 1000 s [[],null]
seen once: 5000 in its row, lives for 5060 s
seen twice: 5000 in its row, lives for 5060 s
seen once, without: 0 in its row, lives for 100 s
large:
born under an absolute limit: 5000 in its row, lives for 1000 s
later: 5000 in its row, lives for 500 s
touched: 5000 in its row, lives for 500 s
without the limit: 5000 in its row, lives for 5000 s
shorter than the limit: 200 in its row, lives for 260 s
over: 0 in its row, lives for 1000 s [[],null]
seen once: 5000 in its row, lives for 5060 s
seen twice: 5000 in its row, lives for 5060 s
seen once, without: 0 in its row, lives for 100 s
set in a second start of the first request: 600 in its row, lives for 660 s
a short one: 300 in its row, lives for 360 s
touched with a longer gc_maxlifetime: 300 in its row, lives for 360 s
moved by the interval: 300 in its row, lives for 360 s
no interval: 300 in its row, lives for 300 s
2 deleted: 1 null null 2592000 in its row, lives for 2591960 s, no row, no row
