--TEST--
A session id that comes in the URL is used as one that comes in a cookie
--INI--
error_reporting=E_ALL & ~E_DEPRECATED
session.use_only_cookies=0
session.use_cookies=0
session.use_trans_sid=1
session.cache_limiter=
--EXTENSIONS--
mysqli
--GET--
PHPSESSID=from-the-url
--FILE--
<?php
// PHP 8.4 deprecates all of this: it works, and PHP says so itself.
require __DIR__ . '/../inc/common.inc';

session_start();
var_dump(session_id(), SID, is_held('from-the-url'));
$_SESSION['a'] = 1;
session_write_close();
var_dump(row('from-the-url')['data']);
echo "<a href=\"/next\">\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
admin()->query('DELETE FROM ' . row_of('from-the-url'));
?>
--EXPECT--
string(12) "from-the-url"
string(22) "PHPSESSID=from-the-url"
bool(true)
string(6) "a|i:1;"
<a href="/next?PHPSESSID=from-the-url">
