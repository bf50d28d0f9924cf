--TEST--
exit() stores the session and frees its lock, as under files
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

end_as_under_files('session_start(); $_SESSION["n"]++; exit("bye");');
?>
--EXPECT--
bye
stored: {"n":2}
the same under rustdb
