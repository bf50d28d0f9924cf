--TEST--
phpinfo() recommends session.use_strict_mode where it is off, and only there
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '', '1'] as $strict) {
    ini_set('session.use_strict_mode', $strict);
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match('/^Strict mode .*$/m', ob_get_clean(), $found);
    var_dump($found[0] ?? null);
}
?>
--EXPECT--
string(163) "Strict mode => session.use_strict_mode is off: a visitor can be made to use a session id that somebody else knows (session fixation); set session.use_strict_mode=1"
string(163) "Strict mode => session.use_strict_mode is off: a visitor can be made to use a session id that somebody else knows (session fixation); set session.use_strict_mode=1"
NULL
