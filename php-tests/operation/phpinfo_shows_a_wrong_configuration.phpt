--TEST--
phpinfo() works with a wrong or an unreachable configuration, and names what is wrong
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$code = <<<'PHP'
ob_start();
phpinfo(INFO_MODULES);
preg_match('/^(Configuration|Server) =>.*/m', ob_get_clean(), $found);
echo $found[0], "\n";
PHP;
echo (new OtherProcess($code, ini: ['rustdb.gc_batch' => '0']))->end();
echo (new OtherProcess($code, ini: ['rustdb.socket' => '/nonexistent/rustdb.sock']))->end();
echo (new OtherProcess("@session_start(); $code", ini: ['rustdb.socket' => '/nonexistent/rustdb.sock']))->end();
?>
--EXPECT--
Configuration => rustdb: cannot start a session: rustdb.gc_batch="0" is not valid: a whole number from 1 to 1000000; correct it in php.ini or the pool's configuration
Server => not connected yet
Server => not connected yet
