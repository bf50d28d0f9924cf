--TEST--
A request that closes its session and opens it again, as phpMyAdmin, Adminer and DokuWiki do, lets others in meanwhile and sees what they left
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
session.use_cookies=1
session.cache_limiter=
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** Another request of the same visitor, from its start to its end. */
function meanwhile(string $id, string $code): void
{
    echo (new OtherProcess("session_id('$id'); session_start(); $code session_write_close();", ini: ['session.use_strict_mode' => '1']))->end();
}

echo "-- phpMyAdmin tries a new session out: it stores a token, closes, and expects it back at once\n";
session_name('phpMyAdmin');
var_dump(session_start());
$id = session_id();
$_SESSION[' PMA_token '] = 'token';
var_dump(session_write_close(), row($id) !== null, is_held($id));
var_dump(session_start(), session_id() === $id, $_SESSION, is_held($id));
$_SESSION['page'] = 1;
session_write_close();

echo "-- Adminer signs in with a new id, closes for the time of a query, and comes back to leave a message, without a cookie\n";
session_name('adminer_sid');
session_id($id);
session_start();
session_regenerate_id();
$new = session_id();
$_SESSION['pwds'] = 'secret';
session_write_close();
var_dump(is_held($new), is_held($id));
meanwhile($new, '$_SESSION["tab"] = "the other"; $_SESSION["page"]++;');
ini_set('session.use_cookies', '0');
session_start();
$_SESSION['messages'] = ['1 row'];
session_write_close();
ini_set('session.use_cookies', '1');
echo row($new)['data'], "\n";

echo "-- DokuWiki closes before it draws a page, and opens again for a message to the page that it redirects to\n";
session_id($new);
session_start();
session_write_close();
meanwhile($new, 'unset($_SESSION["messages"]);');
@session_start();
$_SESSION['DW']['msg'] = ['Page saved'];
session_write_close();
meanwhile($new, 'echo json_encode($_SESSION), "\n"; unset($_SESSION["DW"]["msg"]);');

echo "-- Signing out in one tab while another one has closed, and opens again\n";
session_start();
session_write_close();
meanwhile($new, 'session_destroy(); $_SESSION = [];');
var_dump(session_start(), session_id() === $new, $_SESSION);
session_write_close();
var_dump(row($new));
?>
--EXPECT--
-- phpMyAdmin tries a new session out: it stores a token, closes, and expects it back at once
bool(true)
bool(true)
bool(true)
bool(false)
bool(true)
bool(true)
array(1) {
  [" PMA_token "]=>
  string(5) "token"
}
bool(true)
-- Adminer signs in with a new id, closes for the time of a query, and comes back to leave a message, without a cookie
bool(false)
bool(false)
 PMA_token |s:5:"token";page|i:2;pwds|s:6:"secret";tab|s:9:"the other";messages|a:1:{i:0;s:5:"1 row";}
-- DokuWiki closes before it draws a page, and opens again for a message to the page that it redirects to
{" PMA_token ":"token","page":2,"pwds":"secret","tab":"the other","DW":{"msg":["Page saved"]}}
-- Signing out in one tab while another one has closed, and opens again
bool(true)
bool(false)
array(0) {
}
NULL
