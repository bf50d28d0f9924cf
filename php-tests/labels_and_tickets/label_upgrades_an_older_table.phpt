--TEST--
A table of an earlier version serves on as it is, gets its columns when labels are first used, and then serves that version, too
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_older
rustdb.table=t_older
rustdb.lock_wait=5
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

const OLD_TABLE = <<<'SQL'
    CREATE TABLE %s (id BINARY(32) NOT NULL, version BIGINT UNSIGNED NOT NULL, codec TINYINT UNSIGNED NOT NULL DEFAULT 0,
      created_at BIGINT UNSIGNED NOT NULL, expires_at BIGINT UNSIGNED NOT NULL, data LONGBLOB NOT NULL, PRIMARY KEY (id),
      KEY expires_at (expires_at)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=ascii COLLATE=ascii_bin COMMENT='rustdb schema 1'
    SQL;

function columns(string $table): string
{
    return implode(',', array_column(admin()->query("SHOW COLUMNS FROM $table")->fetch_all(), 0));
}

create_user();
foreach (['row', 'lease', 'merge', 'none'] as $mode) {
    admin()->query(sprintf(OLD_TABLE, "t_older_$mode"));
}
in_each_mode(<<<'PHP'
    $table = ini_get('rustdb.table');
    $columns = fn() => implode(',', array_column(admin()->query("SHOW COLUMNS FROM $table")->fetch_all(), 0));
    session_id($id = store_session(['n' => 1]));
    session_start();
    $_SESSION['n'] = 2;
    session_write_close();
    session_id($gone = store_session(['n' => 1]));
    session_start();
    session_destroy();
    echo found($id), found($gone), ' ', $columns(), "\n";

    // In the middle of a request that holds its session: its lock is given up for the new columns, its write compares.
    session_id($id);
    session_start();
    $_SESSION['n'] = 3;
    Rustdb\label('alice');
    session_write_close();
    echo found($id), ' ', $columns(), ' ', count(Rustdb\sessions('alice')), "\n";

    // What the earlier version does: its column list, whatever stands in the other columns.
    $old = new_id();
    admin()->query("INSERT INTO $table (id,version,codec,created_at,expires_at,data) VALUES (x'" . hash('sha256', $old)
        . "',1,0,UNIX_TIMESTAMP(),UNIX_TIMESTAMP()+1000,'n|i:1;')");
    change_row($id, "codec=0,expires_at=UNIX_TIMESTAMP()+1000,version=7,data='n|i:4;'");
    echo found($old), found($id), count(Rustdb\sessions('alice')), ' ', Rustdb\revoke('alice'), found($id), found($old), "\n";
    PHP);

// A new session, and one that another request changed meanwhile.
foreach (['row', 'lease', 'merge', 'none'] as $mode) {
    drop_table("t_older_$mode");
    admin()->query(sprintf(OLD_TABLE, "t_older_$mode"));
}
in_each_mode(<<<'PHP'
    session_id($id = new_id());
    session_start();
    $_SESSION['n'] = 1;
    Rustdb\label('alice');
    session_write_close();
    echo found($id), count(Rustdb\sessions('alice')), "\n";
    PHP);
drop_table('t_older_row');
admin()->query(sprintf(OLD_TABLE, 't_older_row'));
$settings = ['rustdb.table' => 't_older_row'];
ini_set('rustdb.table', 't_older_row');
$code = 'set_error_handler(show_warning(...)); session_id($argv[1]); session_start(); $_SESSION["n"] = 2; Rustdb\label("alice"); change_row($argv[1], "version=7"); session_write_close(); echo found($argv[1]);';
$id = (new OtherProcess('echo store_session(["n" => 1]);', [], $settings))->end();
echo (new OtherProcess('require "' . __DIR__ . '/../inc/labels.inc";' . $code, [$id], $settings))->end(), "\n";

// Where rustdb may make neither columns nor table, it says which statement does.
foreach (['the columns' => "ALTER TABLE t_older_row DROP COLUMN handle, DROP COLUMN seen_at", 'the table' => 'DO 0'] as $what => $sql) {
    admin()->query($sql);
    admin()->query('DROP TABLE t_older_row_label');
    $code = 'session_start(); $_SESSION["n"] = 1; try { Rustdb\label("alice"); } catch (Rustdb\Exception $e) { echo $e->getMessage(); } session_write_close(); echo found(session_id());';
    echo "$what: ", preg_replace('/ on \S+\)/', ')', (new OtherProcess('require "' . __DIR__ . '/../inc/labels.inc";' . $code, [], $settings + ['rustdb.create_table' => '0']))->end()), "\n";
    (new OtherProcess('Rustdb\sessions("alice");', [], $settings))->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_older');
drop_user('t_older');
?>
--EXPECT--
in each mode:
2null id,version,codec,created_at,expires_at,data
3 id,version,codec,created_at,expires_at,data,handle,seen_at 1
141 1null1
in each mode:
11
WARNING cannot write session X…: the lock was lost and another request changed the session meanwhile; this request's changes were not stored, the other request's stand
1
the columns: rustdb: cannot label the session (table rustdb_test.t_older_row_label): the sessions' table was made by an earlier version and lacks the columns handle and seen_at; run the ALTER TABLE in examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)1
the table: rustdb: cannot label the session (table rustdb_test.t_older_row_label): the table does not exist and rustdb.create_table is off; create it with examples/schema.sql of the rustdb sources (installed as /usr/share/rustdb/schema.sql, or in the package's documentation)1
