--TEST--
The tables that rustdb creates are those of examples/schema.sql, and several first requests may create it at once
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_created
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

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
(new OtherProcess('store_session(["n" => 1]);', [], ['rustdb.lock' => 'lease']))->end();
session_start();
Rustdb\issue_ticket();
Rustdb\label('a');
session_abort();

$schema = preg_replace('/^--.*$/m', '', file_get_contents(getenv('RUSTDB_ROOT') . '/examples/schema.sql'));
foreach (explode(';', str_replace('`rustdb_sessions', '`t_created', $schema)) as $number => $statement) {
    $table = ['t_created', 't_created_lease', 't_created_ticket', 't_created_label'][$number] ?? null;
    if (!$table) {
        continue; // What is left behind the last semicolon.
    }
    $created = admin()->query("SHOW CREATE TABLE $table")->fetch_row()[1];
    admin()->query("DROP TABLE `$table`");
    admin()->query($statement);
    $applied = admin()->query("SHOW CREATE TABLE $table")->fetch_row()[1];
    echo $created === $applied ? "the same\n" : "CREATED:\n$created\nAPPLIED:\n$applied\n";
}

store_session(['n' => 1]);
echo rows(), " stored\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_created');
?>
--EXPECT--
4 stored
the same
the same
the same
the same
1 stored
