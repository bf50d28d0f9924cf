--TEST--
phpinfo() says that nothing deletes expired sessions where session.gc_probability is 0, and only there
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach (['0', '1'] as $probability) {
    ini_set('session.gc_probability', $probability);
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match('/^Garbage collection.*$/m', ob_get_clean(), $found);
    var_dump($found[0] ?? null);
}
?>
--EXPECT--
string(118) "Garbage collection => session.gc_probability is 0: nothing deletes expired sessions unless session_gc() runs from cron"
NULL
