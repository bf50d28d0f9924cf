--TEST--
What goes wrong in a Rustdb\Handler is an exception to whoever calls it, be it through call_user_func() or a class of one's own; PHP's session module gets a warning and false
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

/** Runs code in a process whose server is not there. */
function without_server(string $code): string
{
    putenv('RUSTDB_TEST_INC=' . dirname(__DIR__) . '/inc');
    $output = (new OtherProcess(
        'require getenv("RUSTDB_TEST_INC") . "/handler.inc"; $handler = new Rustdb\Handler; ' . $code,
        [],
        ['rustdb.socket' => '/nonexistent/mysqld.sock'],
    ))->end();
    $output = preg_replace(['/ \(table .*? on \S+\)/', '/session \w+…/', '/ \(path: .*?\)/', '/ in Command line code on line \d+/'], ['', 'session ID'], $output);
    // What PHP says of each of them is the same everywhere.
    return preg_replace(['/: no connection: .*/', '/^#\d.*\n|^Stack trace:\n|^PHP .*\n|^  thrown\n|^\n/m'], [': (no connection)'], $output);
}

echo "== called by a script\n", without_server(<<<'PHP'
    foreach (['read', 'destroy', 'validateId'] as $method) {
        echo outcome(fn() => $handler->$method('abc')), "\n";
    }
    foreach (['write', 'updateTimestamp'] as $method) {
        echo outcome(fn() => (new Rustdb\Handler)->$method('abc', 'data')), "\n";
    }
    echo outcome(fn() => $handler->gc(0)), "\n";
    echo outcome(fn() => [$handler->open('', ''), $handler->close(), strlen($handler->create_sid())]), "\n";
    PHP);
echo "== called by functions of PHP's\n", without_server(<<<'PHP'
    foreach ([
        fn() => call_user_func([$handler, 'read'], 'abc'),
        fn() => array_map([$handler, 'read'], ['abc']),
        fn() => array_map($handler->read(...), ['abc']),
        fn() => (new ReflectionMethod($handler, 'read'))->invoke($handler, 'abc'),
        fn() => (new Fiber([$handler, 'read']))->start('abc'),
        fn() => iterator_to_array((function () use ($handler) { yield $handler->read('abc'); })()),
    ] as $call) {
        echo outcome($call), "\n";
    }
    PHP);
echo "== called by PHP's session module\n", without_server(<<<'PHP'
    session_set_save_handler($handler);
    session_id('abc');
    echo json_encode(session_start()), "\n";
    ini_set('session.use_strict_mode', '1');
    echo json_encode(session_start()), "\n";
    PHP);
echo "== through a class\n", without_server(<<<'PHP'
    class Wrapper implements SessionHandlerInterface {
        function __construct(private $handler) {}
        function open($path, $name): bool { return $this->handler->open($path, $name); }
        function close(): bool { return $this->handler->close(); }
        function read($id): string|false { return $this->handler->read($id); }
        function write($id, $data): bool { return $this->handler->write($id, $data); }
        function destroy($id): bool { return $this->handler->destroy($id); }
        function gc($lifetime): int|false { return $this->handler->gc($lifetime); }
        // PHP 8.6 warns of a class without these.
        function create_sid(): string { return $this->handler->create_sid(); }
        function validateId($id): bool { return $this->handler->validateId($id); }
    }
    session_set_save_handler(new Wrapper($handler));
    session_id('abc');
    echo outcome(fn() => session_start()), "\n";
    PHP);

/** Runs code with a session that PHP has started on an object, and that a destroy behind its back has made unwritable. */
$lost = function (string $code, string $register): string {
    putenv('RUSTDB_TEST_INC=' . dirname(__DIR__) . '/inc');
    $output = (new OtherProcess(
        'require getenv("RUSTDB_TEST_INC") . "/handler.inc"; store($id = framework_id(), "a|i:1;"); session_id($id);'
        . 'session_set_save_handler(new Rustdb\Handler, ' . $register . '); session_start(); $_SESSION["a"] = 2;'
        . '(new Rustdb\Handler)->destroy($id);' . $code,
    ))->end();
    return preg_replace(['/ \(table .*? on \S+\)/', '/session \w+…/', '/ in (Command line code|Unknown) on line \d+/', '/^PHP .*\n|^\n/m', '/Failed to write.*/'], ['', 'session ID', '', '', 'Failed to write…'], $output);
};
echo "== a write by name\n", $lost('echo json_encode(session_write_close()), "\n";', 'true');
echo "== in PHP's shutdown function\n", $lost('', 'true');
echo "== at the request's end, where no function calls\n", $lost('', 'false');
echo "== in an error handler that throws\n", $lost(
    'set_error_handler(function ($type, $text) { throw new ErrorException("thrown"); }); echo outcome(fn() => session_write_close()), "\n";',
    'true',
);
echo "== by a script, beside the session that PHP has on the same object's class\n", $lost(
    'echo outcome(fn() => (new Rustdb\Handler)->read("no id")), "\n"; session_abort();',
    'true',
);
?>
--EXPECT--
== called by a script
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot destroy session ID: (no connection)
Rustdb\Exception: rustdb: cannot look up session ID: (no connection)
Rustdb\Exception: rustdb: cannot write session ID: (no connection)
Rustdb\Exception: rustdb: cannot write session ID: (no connection)
Rustdb\Exception: rustdb: cannot collect expired sessions: (no connection)
[true,true,32]
== called by functions of PHP's
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
== called by PHP's session module
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
Warning: session_start(): Failed to read session data: user
false
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
Warning: session_start(): Failed to read session data: user
false
== through a class
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
== a write by name
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored
Warning: session_write_close(): Failed to write…
true
== in PHP's shutdown function
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored
Warning: session_write_close(): Failed to write…
== at the request's end, where no function calls
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored
Warning: PHP Request Shutdown: Failed to write…
== in an error handler that throws
ErrorException: thrown
== by a script, beside the session that PHP has on the same object's class
Rustdb\Exception: rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
