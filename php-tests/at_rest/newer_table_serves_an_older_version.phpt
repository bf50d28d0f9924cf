--TEST--
A table with columns that a newer version has added, with defaults, serves this version: during a rolling deploy both write it
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_newer
rustdb.touch_interval=0
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

// The schema file's tables with more of everything: columns before, between and after, an index, another comment.
$schema = file_get_contents(getenv('RUSTDB_ROOT') . '/examples/schema.sql');
$statements = array_filter(array_map(
    trim(...), explode(";\n", str_replace('`rustdb_sessions', '`t_newer', preg_replace('/^--.*\n/m', '', $schema))),
));
foreach ($statements as $statement) {
    admin()->query($statement);
}
foreach (['t_newer', 't_newer_lease'] as $table) {
    admin()->query("ALTER TABLE $table
        ADD COLUMN flags INT UNSIGNED NOT NULL DEFAULT 7 FIRST,
        ADD COLUMN owner_of_it VARBINARY(191) NULL DEFAULT NULL AFTER id,
        ADD COLUMN note VARCHAR(20) NOT NULL DEFAULT 'none',
        ADD COLUMN added_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        ADD INDEX owner_of_it (owner_of_it), COMMENT='rustdb schema 99'");
}
// What the newer version has stored for a session, in its own columns too.
$theirs = fn(string $id) => change_row($id, "owner_of_it='jo', note='by the newer', flags=8");

const REQUESTS = <<<'CODE'
    $id = $argv[1];
    $start = function (?string $id, array $options = []) { session_id($id ?? ''); return session_start($options); };
    $start($id); $_SESSION['n']++; session_write_close();
    $start($id); session_write_close();
    $start($id, ['read_and_close' => true]); tell("known: {$_SESSION['n']}");
    $start($id); session_regenerate_id(false); $_SESSION['n']++; session_write_close();
    $copy = session_id();
    $start($copy); session_regenerate_id(true); session_write_close();
    $start($copy); tell('old id: ' . (session_id() === $copy && $_SESSION === [] ? 'empty' : 'alive')); session_abort();
    $start(null); $_SESSION['n'] = 1; $born = session_id(); session_write_close();
    $start($born); tell('born: ' . $_SESSION['n']); session_destroy();
CODE;
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    echo "-- $lock\n";
    $id = store_session(['n' => 1]);
    $theirs($id);
    echo (new OtherProcess(REQUESTS, [$id], ['rustdb.lock' => $lock]))->end();
    $row = row($id);
    echo "$row[data] for $row[owner_of_it], $row[note], $row[flags]\n";
}
echo "-- gc\n";
$expired = store_session(['n' => 1]);
change_row($expired, 'expires_at=5');
session_id(new_id());
session_start();
var_dump(session_gc() >= 1, row($expired));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_newer');
?>
--EXPECT--
-- row
known: 2
old id: empty
born: 1
n|i:2; for jo, by the newer, 8
-- lease
known: 2
old id: empty
born: 1
n|i:2; for jo, by the newer, 8
-- merge
known: 2
old id: empty
born: 1
n|i:2; for jo, by the newer, 8
-- none
known: 2
old id: empty
born: 1
n|i:2; for jo, by the newer, 8
-- gc
bool(true)
NULL
