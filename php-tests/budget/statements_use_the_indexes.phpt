--TEST--
Every statement that rustdb sends finds its rows by the primary key or the index on expires_at, in a table of 5,000 sessions
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_indexes
rustdb.gc_batch=20
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

/** Fills the table; one of ten sessions, or nine, are expired. */
function fill(int $expired, bool $labels = true): void
{
    $values = [];
    for ($i = 0; $i < 5000; $i++) {
        $expires = ($i % 10 < $expired ? 1 : 2_000_000_000) + $i;
        $values[] = "(UNHEX(SHA2('filler $i',256)),1,0,1,$expires,'data'," . ($i % 2 ? "x'" . md5("filler $i") . "'" : 'NULL') . ')';
    }
    admin()->query('REPLACE INTO t_indexes (id,version,codec,created_at,expires_at,data,handle) VALUES ' . implode(',', $values));
    if ($labels) {
        $values = array_map(fn($i) => "(x'" . md5("filler $i") . "','filler $i',1," . ($i < 150 ? 1 : 2_000_000_000) . ')', range(0, 4999));
        admin()->query('REPLACE INTO t_indexes_label (handle,label,created_at,checked_at) VALUES ' . implode(',', $values));
        admin()->query('ANALYZE TABLE t_indexes_label')->fetch_all();
    }
    admin()->query('ANALYZE TABLE t_indexes')->fetch_all();
}

/** The indexes by which the server finds the rows of these packets. */
function explain(string $what, array $packets): void
{
    // A statement that is prepared and executed comes twice.
    foreach (array_unique($packets) as $packet) {
        foreach (explode(';', preg_replace("/'n\\|[^']*'/", "''", $packet)) as $statement) {
            // An INSERT has nothing to find.
            if (!preg_match('/^(SELECT|UPDATE|DELETE)/', $statement, $found)) {
                continue;
            }
            // A parameter, which is the session's id.
            $statement = str_replace(['UNHEX(?)', '?'], "x'" . admin()->query('SELECT HEX(MAX(id)) FROM t_indexes')->fetch_column() . "'", $statement);
            // What was true then and is not any more: MySQL looks at the row when it plans.
            $statement = preg_replace('/ AND (ROW_COUNT\(\)|(s\.)?version)=\d+/', '', $statement);
            $keys = [];
            foreach (admin()->query("EXPLAIN FORMAT=TRADITIONAL $statement") as $step) {
                // Such a table is gc's batch.
                if (!str_starts_with($step['table'] ?? '', '<')) {
                    $keys[] = $step['type'] === 'index' ? 'A SCAN' : $step['key'] ?? "A SCAN: $step[Extra]";
                }
            }
            sort($keys);
            echo "$what, ", strtolower($found[1]), ': ', implode(', ', $keys), "\n";
        }
    }
}

$visitor = new Visitor();
// The table of labels is made, and connections know of it.
$visitor->send('session_start(); Rustdb\label("first"); session_destroy();');
$visitor->send('session_start(); Rustdb\sessions("first"); session_destroy();');
$id = store_session(['n' => 1]);
$visits = [
    'changed' => 'session_start(); $_SESSION["n"]++; session_write_close();',
    'read_and_close' => 'session_start(["read_and_close" => true]);',
    'touched' => 'session_start(); session_write_close();',
    'destroyed' => 'session_start(); session_destroy();',
    'born' => 'session_start(); $_SESSION["n"] = 1; session_write_close();',
    'labelled' => 'session_start(); Rustdb\label("a"); session_write_close();',
    'labelled, changed' => 'session_start(); $_SESSION["n"] = 2; session_write_close();',
    'another label' => 'session_start(); Rustdb\label("filler"); session_write_close();',
    'listed' => 'Rustdb\sessions("filler 7");',
    'revoked' => 'Rustdb\revoke("filler 7");',
    'revoked one' => 'Rustdb\revoke_one("' . md5('filler 8') . '");',
];
foreach ($visits as $what => $code) {
    if ($what === 'listed') {
        fill(1);
    }
    if ($what === 'touched') {
        change_row($id, 'expires_at=expires_at-600');
    }
    $visitor->send("session_id('$id'); $code");
    $sent[$what] = $visitor->proxy->statements;
}
// Under merge; once another request comes in between and is faster.
$id = store_session(['n' => 1], new_id());
$another = 'require_once ' . var_export(__DIR__ . '/../inc/common.inc', true) . ';'
    . "(new OtherProcess('session_id(\$argv[1]); session_start(); \$_SESSION[\"b\"] = uniqid();', [session_id()], "
    . "['rustdb.host' => '" . getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT') . "']))->end();"; // past the proxy
$visits = [
    'merge, changed' => [$id, '$_SESSION["n"]++; session_write_close();'],
    'merge, merged' => [$id, "\$_SESSION['n']++; $another session_write_close();"],
    'merge, labelled' => [$id, 'Rustdb\label("a"); session_write_close();'],
    'merge, labelled and merged' => [$id, "\$_SESSION['n']++; $another session_write_close();"],
    'merge, touched' => [$id, 'session_write_close();'],
    'merge, regenerated' => [store_session(['n' => 1], new_id()), 'session_regenerate_id(true); session_abort();'],
    'merge, destroyed' => [store_session(['n' => 1], new_id()), 'session_destroy();'],
];
foreach ($visits as $what => [$session, $code]) {
    if ($what === 'merge, touched') {
        change_row($id, 'expires_at=expires_at-600');
    }
    $visitor->send("ini_set('rustdb.lock', 'merge'); session_id('$session'); session_start(); $code");
    $sent[$what] = $visitor->proxy->statements;
}
$visitor->send("ini_restore('rustdb.lock');");
fill(1);
array_map(explain(...), array_keys($sent), $sent);

$visitor->send('session_start(); session_gc(); session_abort();');
$sweep = preg_grep('/checked_at/', $visitor->proxy->statements);
$bury = preg_grep('/^UPDATE \(SELECT/', $visitor->proxy->statements);
// The first batch, and the second, which begins behind it.
$gc = array_slice(preg_grep('/DELETE.*SKIP LOCKED/', $visitor->proxy->statements), 0, 2);
foreach ([1, 9] as $expired) {
    fill($expired);
    explain("gc with $expired of 10 expired", $gc);
}
explain('gc of marks', array_slice($bury, 0, 1));
explain('gc of labels', array_slice($sweep, 0, 2));
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_indexes');
?>
--EXPECT--
changed, select: PRIMARY, PRIMARY
changed, update: PRIMARY
read_and_close, select: PRIMARY, PRIMARY
touched, select: PRIMARY, PRIMARY
touched, update: PRIMARY
destroyed, select: PRIMARY, PRIMARY
destroyed, delete: PRIMARY
born, select: PRIMARY, PRIMARY
born, select: PRIMARY, PRIMARY
born, update: PRIMARY
labelled, select: PRIMARY, PRIMARY
labelled, update: PRIMARY
labelled, changed, select: PRIMARY, PRIMARY
labelled, changed, update: PRIMARY, PRIMARY
another label, select: PRIMARY, PRIMARY
another label, update: PRIMARY, PRIMARY
another label, update: PRIMARY
listed, select: handle, label
revoked, select: handle, label
revoked, delete: PRIMARY
revoked, select: handle
revoked, update: PRIMARY
revoked one, select: PRIMARY, handle
revoked one, delete: PRIMARY
revoked one, select: handle
merge, changed, select: PRIMARY, PRIMARY
merge, changed, update: PRIMARY
merge, merged, select: PRIMARY, PRIMARY
merge, merged, update: PRIMARY
merge, merged, select: PRIMARY, PRIMARY
merge, merged, update: PRIMARY
merge, labelled, select: PRIMARY, PRIMARY
merge, labelled, update: PRIMARY
merge, labelled and merged, select: PRIMARY, PRIMARY
merge, labelled and merged, update: PRIMARY, PRIMARY
merge, labelled and merged, select: PRIMARY, PRIMARY
merge, labelled and merged, update: PRIMARY, PRIMARY
merge, touched, select: PRIMARY, PRIMARY
merge, touched, update: PRIMARY
merge, regenerated, select: PRIMARY, PRIMARY
merge, regenerated, update: PRIMARY
merge, destroyed, select: PRIMARY, PRIMARY
merge, destroyed, delete: PRIMARY
gc with 1 of 10 expired, select: expires_at
gc with 1 of 10 expired, delete: PRIMARY, expires_at
gc with 1 of 10 expired, select: expires_at
gc with 1 of 10 expired, delete: PRIMARY, expires_at
gc with 9 of 10 expired, select: expires_at
gc with 9 of 10 expired, delete: PRIMARY, expires_at
gc with 9 of 10 expired, select: expires_at
gc with 9 of 10 expired, delete: PRIMARY, expires_at
gc of marks, update: PRIMARY, expires_at
gc of labels, select: checked_at, handle
gc of labels, update: PRIMARY
gc of labels, update: PRIMARY
