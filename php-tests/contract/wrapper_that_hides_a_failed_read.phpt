--TEST--
A class that turns a failed read into an empty session cannot erase what is stored: its write is refused
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_set_save_handler(new class extends SessionHandler {
    public function read(string $id): string|false
    {
        return @parent::read($id) ?: '';
    }
});
$id = store_session(['precious' => 1]);
$before = row($id)['version'];
$holder = hold_row($id);
var_dump(session_start(), $_SESSION);
$holder->rollback();

$_SESSION['new'] = 1;
session_write_close();
var_dump(row($id)['data'], row($id)['version'] === $before, is_held($id));

// Nor can a session that was left empty.
$holder = hold_row($id);
session_start();
$holder->rollback();
session_write_close();
var_dump(row($id)['data']);
?>
--EXPECTF--
bool(true)
array(0) {
}

Warning: SessionHandler::write(): rustdb: cannot write session %s… (table %s.rustdb_sessions on %s): the session could not be read before, and this write would replace what is stored; the changes were not stored in %s on line %d

Warning: session_write_close(): Failed to write session data using user defined save handler. %s in %s on line %d
string(13) "precious|i:1;"
bool(true)
bool(false)

Warning: SessionHandler::write(): rustdb: cannot write session %s… (table %s.rustdb_sessions on %s): the session could not be read before, and this write would replace what is stored; the changes were not stored in %s on line %d

Warning: session_write_close(): Failed to write session data using user defined save handler. %s in %s on line %d
string(13) "precious|i:1;"
