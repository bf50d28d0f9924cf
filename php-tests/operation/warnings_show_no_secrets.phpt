--TEST--
No warning shows a password, a whole session id or session data
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$id = store_session(['n' => 'the-data']);
$short = 'abcdef';
$file = tempnam(getenv('RUSTDB_TEST_DIR'), 'password');
file_put_contents($file, "wrong-horse\n");
change_row($unknown = store_session(['n' => 'the-data']), 'codec=9');

$cases = [
    'wrong password' => [$id, ['rustdb.password' => 'wrong-horse']],
    'wrong password file' => [$id, ['rustdb.password_file' => $file]],
    'no server' => [$id, ['rustdb.socket' => '', 'rustdb.host' => '127.0.0.1:' . closed_port()]],
    'no database' => [$id, ['rustdb.database' => 'nowhere']],
    'no table' => [$id, ['rustdb.table' => 't_missing', 'rustdb.create_table' => '0']],
    'short id' => [$short, ['rustdb.table' => 't_missing', 'rustdb.create_table' => '0']],
    'too long an id' => [$id . str_repeat('x', 300), []],
    'forged id' => ["../$id", []],
    'unknown codec' => [$unknown, []],
    'wrong directive' => [$id, ['rustdb.port' => 'many']],
];
foreach ($cases as $name => [$sent, $ini]) {
    $said[$name] = start_with($ini, $sent);
}

$write = <<<'PHP'
    session_id($argv[1]);
    session_start();
    tell('started');
    listen();
    $_SESSION['n'] = 'the-data, changed';
    session_write_close();
    PHP;
foreach (['lock_failure' => ['rustdb.lock_failure' => 'readonly', 'rustdb.lock_wait' => '0'], 'changed meanwhile' => ['rustdb.user' => 't_secrets']] as $name => $ini) {
    create_user('ALL', 't_secrets');
    $holder = $name === 'lock_failure' ? hold_row($id) : null;
    $writer = new OtherProcess($write, [$id], $ini);
    $writer->hear();
    if (!$holder) {
        $connection = admin()->query("SELECT id FROM " . processlist() . " WHERE user='t_secrets'")->fetch_row()[0];
        admin()->query("KILL $connection");
        change_row($id, 'version=7');
    }
    $holder?->rollback();
    $writer->say();
    $said[$name] = $writer->end();
}
unlink($file);

foreach ($said as $name => $text) {
    $shown = array_filter(
        ['correct-horse', 'wrong-horse', 'the-data', $id, substr($id, 0, 9), $unknown, "session $short"],
        fn($secret) => str_contains($text, $secret),
    );
    echo "$name: ", str_contains($text, 'rustdb: cannot') ? 'warned' : "NOT WARNED: $text", $shown ? " SHOWS A SECRET: $text" : '', "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_secrets');
?>
--EXPECT--
wrong password: warned
wrong password file: warned
no server: warned
no database: warned
no table: warned
short id: warned
too long an id: warned
forged id: warned
unknown codec: warned
wrong directive: warned
lock_failure: warned
changed meanwhile: warned
