--TEST--
die() in a shutdown function stores the session, what the function changed included, and frees its lock, as under files
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

end_as_under_files(<<<'PHP'
    session_start();
    $_SESSION['n']++;
    register_shutdown_function(function () {
        $_SESSION['late'] = true;
        die('dead');
    });
    register_shutdown_function(fn() => $_SESSION['not reached'] = true);
    PHP);
?>
--EXPECT--
dead
stored: {"n":2,"late":true}
the same under rustdb
