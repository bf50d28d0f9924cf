<?php
// For examples/members/run: makes the tables of the SQL on the standard input, and two members.
declare(strict_types=1);
require __DIR__ . '/database.php';

$database = database();
$database->multi_query(stream_get_contents(STDIN));
while ($database->more_results()) {
    $database->next_result();
}
foreach (['alice' => 1, 'bob' => 0] as $name => $admin) {
    query('REPLACE INTO members VALUES (?, ?, ?)', $name, password_hash('correct horse', PASSWORD_DEFAULT), $admin);
}
