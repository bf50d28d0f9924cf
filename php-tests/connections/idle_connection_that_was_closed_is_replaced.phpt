--TEST--
A pooled connection that the server closed between two sessions is replaced unnoticed, whatever comes first on it
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_killed_idle
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();
$id = store_session(['n' => 1]);
$uses = [
    'start of an existing one' => function () use ($id) { session_id($id); session_start(); $_SESSION['n']++; session_write_close(); },
    'start of a new one' => function () { session_id(''); session_start(); $_SESSION['n'] = 1; session_write_close(); },
    'start by an id of the client\'s' => function () { store_session(['n' => 1]); },
    'read_and_close' => function () use ($id) { session_id($id); session_start(['read_and_close' => true]); },
    'strict mode' => function () use ($id) { session_id($id); session_start(['use_strict_mode' => true]); session_write_close(); },
    'session_create_id()' => function () { session_create_id(); },
    'session_gc()' => function () use ($id) { session_id($id); session_start(); kill_connections(); session_gc(); session_abort(); },
];
foreach ($uses as $name => $use) {
    echo "$name: ", kill_connections(), " closed\n";
    $use();
}
echo row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_killed_idle');
?>
--EXPECT--
start of an existing one: 1 closed
start of a new one: 1 closed
start by an id of the client's: 1 closed
read_and_close: 1 closed
strict mode: 1 closed
session_create_id(): 1 closed
session_gc(): 0 closed
n|i:2;
