--TEST--
The table that rustdb creates is the one of examples/schema.sql, and several first requests may create it at once
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_created
--FILE--
<?php
require __DIR__ . '/common.inc';

$others = [];
for ($i = 0; $i < 4; $i++) {
    $others[] = $other = new OtherProcess('tell("ready"); listen(); session_start(); $_SESSION["n"] = 1;');
    $other->hear();
}
foreach ($others as $other) {
    $other->say();
}
foreach ($others as $other) {
    echo $other->end();
}
echo rows(), " stored\n";
$created = admin()->query('SHOW CREATE TABLE t_created')->fetch_row()[1];

$schema = file_get_contents(getenv('RUSTDB_ROOT') . '/examples/schema.sql');
drop_table('t_created');
// The second statement is the leases' table.
admin()->query(str_replace('`rustdb_sessions`', '`t_created`', explode(';', preg_replace('/^--.*$/m', '', $schema))[0]));
$applied = admin()->query('SHOW CREATE TABLE t_created')->fetch_row()[1];
echo $created === $applied ? "the same\n" : "CREATED:\n$created\nAPPLIED:\n$applied\n";

store_session(['n' => 1]);
echo rows(), " stored\n";
?>
--CLEAN--
<?php
require __DIR__ . '/common.inc';
drop_table('t_created');
?>
--EXPECT--
4 stored
the same
1 stored
