--TEST--
An uncaught exception stores the session and frees its lock, as under files
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

end_as_under_files('session_start(); $_SESSION["n"]++; throw new Exception("nobody catches");');
?>
--EXPECTF--
Fatal error: Uncaught Exception: nobody catches in PAGE:%d
Stack trace:
#0 {main}
  thrown
stored: {"n":2}
the same under rustdb
