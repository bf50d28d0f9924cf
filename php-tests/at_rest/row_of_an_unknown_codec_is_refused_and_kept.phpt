--TEST--
A row that a later version wrote with another codec cannot be read, and nothing overwrites it
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['n' => 1]);
change_row($id, "codec=9");
$stored = row($id)['version'];
session_id($id);
var_dump(session_start());
session_id($id);
var_dump(session_start(['read_and_close' => true]));
echo row($id)['version'] === $stored ? 'kept' : 'OVERWRITTEN', "\n";
wait_until(fn() => !is_held($id));

// A user's handler that hides the failure may not erase the session either.
session_set_save_handler(new class extends SessionHandler {
    public function read(string $id): string|false
    {
        return @parent::read($id) ?: '';
    }
});
session_id($id);
session_start();
$_SESSION['n'] = 2;
session_write_close();
echo row($id)['version'] === $stored ? 'kept' : 'OVERWRITTEN', "\n";
wait_until(fn() => !is_held($id));
?>
--EXPECTF--
Warning: session_start(): rustdb: cannot read session %x… (table %s on %s): the row has codec 9, which this version of rustdb cannot read; install the rustdb version that wrote it in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)

Warning: session_start(): rustdb: cannot read session %x… (table %s on %s): the row has codec 9, which this version of rustdb cannot read; install the rustdb version that wrote it in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
bool(false)
kept

Warning: SessionHandler::write(): rustdb: cannot write session %x… (table %s on %s): the session could not be read before, and this write would replace what is stored; the changes were not stored in %s on line %d

Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: %S%s
kept
