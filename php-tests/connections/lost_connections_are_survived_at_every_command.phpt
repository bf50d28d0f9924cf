--TEST--
Wherever the connection is lost, before a command reaches the server or before its answer comes back, all is as if it was not; only a newborn that may have been stored and destroyed since is not stored again, and loudly
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$visitor = new Visitor();

/** Runs the same request with the connection lost at each of its commands, and prints what is stored then. */
function survive(string $name, array $commands, string $code, bool $stored): void
{
    global $visitor;
    foreach ($commands as $command) {
        foreach (['lose', 'lose-answer'] as $fate) {
            $id = $stored ? store_session(['n' => 1]) : new_id();
            $visitor->proxy->order($fate, $command);
            $commands = $visitor->send("session_id('$id'); session_start(); $code");
            if (!in_array($command, $commands)) {
                echo "THERE IS NO '$command' in ", implode(' | ', $commands), "\n";
            }
            wait_until(fn() => !is_held($id)); // The server notices a lost connection in its own time.
            echo "$name, $fate $command: ", row($id)['data'] ?? 'no row', "\n";
        }
    }
}

$find = 'execute select for update';
$birth = 'insert, select for update';
$write = '$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; session_write_close();';
survive('write', [$find, 'update, commit'], $write, true);
survive('birth', [$find, $birth, 'update, commit'], $write, false);
survive('abort', ['rollback'], 'session_abort();', true);
survive('destroy', ['delete, commit'], 'session_destroy();', true);

$large = '$_SESSION["n"]++; $_SESSION["large"] = str_repeat("x", 70000); session_write_close();';
foreach (['execute update', 'commit'] as $command) {
    foreach (['lose', 'lose-answer'] as $fate) {
        $id = store_session(['n' => 1]);
        $visitor->proxy->order($fate, $command);
        $visitor->send("session_id('$id'); session_start(); $large");
        wait_until(fn() => !is_held($id));
        echo "large write, $fate $command: ", strlen(row($id)['data']), ' bytes', "\n";
    }
}
?>
--EXPECTF--
write, lose execute select for update: n|i:2;
write, lose-answer execute select for update: n|i:2;
write, lose update, commit: n|i:2;
write, lose-answer update, commit: n|i:2;
birth, lose execute select for update: n|i:1;
birth, lose-answer execute select for update: n|i:1;
birth, lose insert, select for update: n|i:1;
birth, lose-answer insert, select for update: n|i:1;
birth, lose update, commit: no row
birth, lose-answer update, commit: n|i:1;
abort, lose rollback: n|i:1;
abort, lose-answer rollback: n|i:1;
destroy, lose delete, commit: no row
destroy, lose-answer delete, commit: no row
large write, lose execute update: 70023 bytes
large write, lose-answer execute update: 70023 bytes
large write, lose commit: 70023 bytes
large write, lose-answer commit: 70023 bytes

Warning: session_write_close(): rustdb: cannot write session %x… (table rustdb_test.rustdb_sessions on %s): the connection was lost (the server closed it), and the session has changed or gone since; the change was sent, and whether it happened is not known; check the server's load and the network in %s on line %d
