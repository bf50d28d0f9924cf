--TEST--
Where disable_functions has taken session_id() or session_status(), the functions that need the session say so
--INI--
disable_functions=session_id
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';
session_start();
try {
    var_dump(Rustdb\issue_ticket());
} catch (Error $error) {
    echo get_class($error), ': ', $error->getMessage(), "\n";
}
// Labels need no id.
Rustdb\label('someone');
echo "labelled\n";
?>
--EXPECT--
Error: Rustdb\issue_ticket(): session_id() and session_status() have to be there (disable_functions)
labelled
