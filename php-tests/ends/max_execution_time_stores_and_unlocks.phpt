--TEST--
A request that runs into max_execution_time stores the session and frees its lock, as under files
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

end_as_under_files('session_start(); $_SESSION["n"]++; while (true);', ['max_execution_time' => '1']);
?>
--EXPECT--
Fatal error: Maximum execution time of 1 second exceeded
stored: {"n":2}
the same under rustdb
