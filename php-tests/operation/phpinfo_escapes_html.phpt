--TEST--
phpinfo() of a web server shows rustdb's section as a table, with values escaped
--INI--
rustdb.gc_batch=<script>alert(1)</script>
--GET--
x=1
--FILE--
<?php
ob_start();
phpinfo(INFO_MODULES);
$page = ob_get_clean();
preg_match('~<h2><a name="module_rustdb".*?</h2>(.*?)(?=<h2>)~s', $page, $found);
var_dump(str_contains($found[1], '<table>'), str_contains($found[1], '<script>'));
preg_match('~Configuration.*?is not valid~s', $found[1], $row);
echo strip_tags($row[0]), "\n";
?>
--EXPECT--
bool(true)
bool(false)
Configuration rustdb: cannot start a session: rustdb.gc_batch=&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; is not valid
