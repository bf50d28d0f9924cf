--TEST--
A write that is refused at the session's end is one warning, without PHP's second one; who asks for its result is told false
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
rustdb.lock_failure=readonly
session.save_path=/nowhere
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
$holder = hold_row($id);
set_error_handler(function (int $level, string $message): bool {
    echo preg_replace(['/[0-9a-f]{8}…/', '/ \(table .*?: /', '/; .*/'], ['X…', ': ', ''], $message), "\n";
    return true;
});
$change = function () use ($id): void {
    session_id($id);
    session_start();
    $_SESSION['a'] = 2;
};

$change();
var_dump(session_write_close());

$change();
var_dump(session_commit());

$change();
var_dump(session_regenerate_id());

echo "by a class:\n";
final class Wrapper extends SessionHandler
{
    public function write(string $id, string $data): bool
    {
        var_dump($written = parent::write($id, $data));
        return $written;
    }
}
session_set_save_handler(new Wrapper(), false);
$change();
session_write_close();
session_module_name('rustdb');

echo "at the request's end:\n";
$change();
?>
--EXPECT--
session_write_close(): rustdb: cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly)
bool(true)
session_commit(): rustdb: cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly)
bool(true)
session_regenerate_id(): rustdb: cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly)
session_regenerate_id(): Session write failed. ID: rustdb (path: /nowhere)
bool(false)
by a class:
SessionHandler::write(): rustdb: cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly)
bool(false)
session_write_close(): Failed to write session data using user defined save handler. (session.save_path: /nowhere, handler: Wrapper::write)
at the request's end:
PHP Request Shutdown: rustdb: cannot write session X…: the session was read without its lock (rustdb.lock_failure=readonly)
