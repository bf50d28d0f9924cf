--TEST--
An error handler may end the request, abort the session or start another one inside of rustdb's own warning
--DESCRIPTION--
After the fatal error PHP writes the session, which could not be read, and rustdb refuses. Before PHP 8.5 the user's
error handler swallows that warning.
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

$held = store_session(['a' => 1]);
$free = store_session(['b' => 2]);
$holder = hold_row($held);
$site = new Site(<<<PHP
    ob_start();
    set_error_handler(function (int \$type, string \$message) {
        if (str_contains(\$message, 'rustdb: ')) {
            echo "warned; ";
            switch (\$_SERVER['QUERY_STRING']) {
                case 'exit': exit('exited');
                case 'fatal': str_repeat('x', 64 << 20);
                case 'throw': throw new Exception('thrown');
                case 'abort': session_abort(); break;
                case 'other': session_abort(); session_id('$free'); session_start(); break;
            }
        }
    });
    session_id('$held');
    try {
        echo session_start() ? 'started' : 'not started';
    } catch (Exception \$e) {
        echo \$e->getMessage();
    }
    echo ', ', json_encode(\$_SESSION ?? null);
    PHP, ['memory_limit' => '32M']);

foreach (['return', 'exit', 'fatal', 'throw', 'abort', 'other'] as $query) {
    echo "$query: ", without_refusal($site->get($query)), is_held($free) ? ' LOCKED' : '', "\n";
}
$holder->rollback();
echo $site->get(''), is_held($held) ? ' LOCKED' : '', "\n";

/**
 * PHP 8.2.32 stores the session at the end of a request that ended within session_start(), though nothing was read. That
 * would erase what is stored, so rustdb refuses, aloud. PHP 8.2.36 aborts the session.
 */
function without_refusal(string $output): string
{
    $refused = '/\n+Warning: PHP Request Shutdown: rustdb: cannot write session [^\n]+ the session could not be read before, [^\n]+$/';
    return preg_replace($refused, '', $output);
}
?>
--EXPECTF--
return: warned; not started, []
exit: warned; exited
fatal: Fatal error: Allowed memory size of 33554432 bytes exhausted%S(tried to allocate %d bytes)%r(\n\nWarning: PHP Request Shutdown: rustdb: cannot write session [0-9a-f]{8}… [^\n]*: the session could not be read before, and this write would replace what is stored; the changes were not stored[^\n]*)?%r
throw: warned; thrown, []
abort: warned; not started, []
other: warned; not started, []
started, {"a":1}
