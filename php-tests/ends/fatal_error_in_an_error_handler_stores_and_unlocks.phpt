--TEST--
A fatal error inside of a user's error handler stores the session and frees its lock, as under files
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

end_as_under_files(<<<'PHP'
    set_error_handler(fn() => str_repeat('x', 64 << 20));
    session_start();
    $_SESSION['n']++;
    echo $undefined;
    PHP, ['memory_limit' => '32M']);
?>
--EXPECTF--
Fatal error: Allowed memory size of 33554432 bytes exhausted%S(tried to allocate %d bytes)
stored: {"n":2}
the same under rustdb
