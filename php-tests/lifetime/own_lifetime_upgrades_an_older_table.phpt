--TEST--
A table of an earlier version serves on as it is, gets the column with the first Rustdb\lifetime(), and then serves that version, too
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_own_older
rustdb.table=t_own_older
rustdb.lock_wait=5
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/lifetimes.inc';

const SCHEMA_1 = 'id BINARY(32) NOT NULL, version BIGINT UNSIGNED NOT NULL, codec TINYINT UNSIGNED NOT NULL DEFAULT 0, '
    . 'created_at BIGINT UNSIGNED NOT NULL, expires_at BIGINT UNSIGNED NOT NULL, data LONGBLOB NOT NULL, PRIMARY KEY (id), KEY expires_at (expires_at)';
const SCHEMA_2 = SCHEMA_1 . ', handle BINARY(16) NULL DEFAULT NULL, seen_at BIGINT UNSIGNED NOT NULL DEFAULT 0, KEY handle (handle)';

function make_older(string $table, string $columns): void
{
    drop_table($table);
    admin()->query("CREATE TABLE $table ($columns) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 2'");
}

create_user();
foreach ([1 => SCHEMA_1, 2 => SCHEMA_2] as $schema => $columns) {
    foreach (['row', 'lease', 'merge', 'none'] as $mode) {
        make_older("t_own_older_$mode", $columns);
    }
    echo "schema $schema, ";
    in_each_mode(LIFETIMES . <<<'PHP'
        $table = ini_get('rustdb.table');
        $has = fn() => in_array('lifetime', array_column(admin()->query("SHOW COLUMNS FROM $table")->fetch_all(), 0)) ? 'has it' : 'has it not';
        $lives = fn(string $id) => round(row($id)['expires_at'] - row($id)['now'], -1);
        $id = store_session(['n' => 1]);
        within($id, fn() => $_SESSION['n'] = 2);
        within($id, fn() => print(json_encode([Rustdb\lifetime(), Rustdb\lifetime(null)])));
        within($gone = store_session(['n' => 1]), fn() => session_destroy());
        echo ' ', found($id), found($gone), ' ', $has(), "\n";

        // In the middle of a request that holds its session: its lock is given up for the new column, its write compares.
        within($id, fn() => ($_SESSION['n'] = 3) && Rustdb\lifetime(600));
        echo found($id), ' ', $has(), ': ', lives($id), "\n";
        echo 'born: ', lives(within(new_id(), fn() => ($_SESSION['n'] = 3) && Rustdb\lifetime(600))), "\n";

        // What the earlier version does: its column list, whatever stands in the other column.
        $old = new_id();
        admin()->query("INSERT INTO $table (id,version,codec,created_at,expires_at,data) VALUES (x'" . hash('sha256', $old)
            . "',1,0,UNIX_TIMESTAMP(),UNIX_TIMESTAMP()+1500,'n|i:1;')");
        change_row($id, "codec=0,expires_at=UNIX_TIMESTAMP()+1500,version=7,data='n|i:4;'");
        echo 'after the earlier version: ', found($old), ' ', lives($old), '; ', found($id), ' ', lives($id), "\n";
        within($id, fn() => null);
        echo 'used by this one: ', lives($id), "\n";
        echo admin()->query("SHOW TABLE STATUS LIKE '$table'")->fetch_assoc()['Comment'], "\n";
        PHP);
}

// A session that is new, and one that another request changed while the lock was given up.
$settings = ['rustdb.table' => 't_own_older_row'];
make_older('t_own_older_row', SCHEMA_2);
$code = LIFETIMES . 'set_error_handler(show_warning(...)); echo lives(within(new_id(), fn() => ($_SESSION["n"] = 1) && Rustdb\lifetime(600)));';
echo 'a new one: ', (new OtherProcess($code, [], $settings))->end(), "\n";
make_older('t_own_older_row', SCHEMA_2);
$code = LIFETIMES . 'set_error_handler(show_warning(...)); within($argv[1], fn() => ($_SESSION["n"] = 2) && Rustdb\lifetime(600) . change_row($argv[1], "version=7")); echo found($argv[1]);';
$id = (new OtherProcess('echo store_session(["n" => 1]);', [], $settings))->end();
echo (new OtherProcess($code, [$id], $settings))->end(), "\n";

// Where rustdb may not make the column, it says which statement does, and all else goes on, the lock included.
$code = LIFETIMES . 'set_error_handler(show_warning(...)); session_id($argv[1]); session_start(); $_SESSION["n"]++;'
    . 'try { Rustdb\lifetime(600); } catch (Rustdb\Exception $e) { echo preg_replace("/ on \S+\)/", ")", $e->getMessage()), " "; }'
    . 'echo json_encode(Rustdb\lifetime()), is_held($argv[1]) ? " held " : " free "; Rustdb\lifetime(null); session_write_close(); echo found($argv[1]), " ", row($argv[1])["lifetime"] ?? "no column";';
make_older('t_own_older_row', SCHEMA_2);
$id = (new OtherProcess('echo store_session(["n" => 1]);', [], $settings))->end();
echo 'create_table=0: ', (new OtherProcess($code, [$id], $settings + ['rustdb.create_table' => '0']))->end(), "\n";
create_user('SELECT,INSERT,UPDATE,DELETE');
$said = (new OtherProcess($code, [$id], $settings))->end();
echo 'no right: ', preg_replace('/1142: .*; GRANT/', '1142: …; GRANT', $said), "\n";

// When somebody has run it, requests go on with it.
preg_match('/^-- (ALTER TABLE .*schema 3.*);$/m', file_get_contents(getenv('RUSTDB_ROOT') . '/examples/schema.sql'), $alter);
admin()->query(str_replace('rustdb_sessions', 't_own_older_row', $alter[1]));
echo 'the statement has been run: ', (new OtherProcess($code, [$id], $settings + ['rustdb.create_table' => '0']))->end(), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_own_older');
drop_user('t_own_older');
?>
--EXPECT--
schema 1, in each mode:
[null,null] 2null has it not
3 has it: 600 in its row, lives for 660 s
born: 600 in its row, lives for 660 s
after the earlier version: 1 0 in its row, lives for 1500 s; 4 600 in its row, lives for 1500 s
used by this one: 600 in its row, lives for 660 s
rustdb schema 3
schema 2, in each mode:
[null,null] 2null has it not
3 has it: 600 in its row, lives for 660 s
born: 600 in its row, lives for 660 s
after the earlier version: 1 0 in its row, lives for 1500 s; 4 600 in its row, lives for 1500 s
used by this one: 600 in its row, lives for 660 s
rustdb schema 3
a new one: 600 in its row, lives for 660 s
WARNING cannot write session X…: the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand
1
create_table=0: rustdb: cannot set the session's lifetime (table rustdb_test.t_own_older_row): the sessions' table was made by an earlier version and lacks the column lifetime; run the ALTER TABLE in examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation) null held 2 no column
no right: rustdb: cannot set the session's lifetime (table rustdb_test.t_own_older_row): the server says 1142: …; GRANT SELECT, INSERT, UPDATE, DELETE (and CREATE, and ALTER for a table of an earlier version, unless rustdb.create_table=0) to rustdb.user null free 3 no column
the statement has been run: 600 held 4 0
