--TEST--
A wrong value of a directive is a warning that names it at session_start(), which returns false; the rest of the page works
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$wrong = [
    'rustdb.host' => 'db1:x',
    'rustdb.port' => '0',
    'rustdb.ssl_mode' => 'on',
    'rustdb.database' => '',
    'rustdb.table' => 'a`b',
    'rustdb.create_table' => 'maybe',
    'rustdb.connect_timeout' => '0',
    'rustdb.idle_timeout' => '1h',
    'rustdb.single_writer' => '2',
    'rustdb.pool_size' => '-1',
    'rustdb.lock' => 'advisory',
    'rustdb.lock_wait' => 'forever',
    'rustdb.lock_failure' => 'ignore',
    'rustdb.lease' => '0',
    'rustdb.touch_interval' => '1 min',
    'rustdb.gc_batch' => '0',
];
$code = <<<'PHP'
set_error_handler(function ($level, $message) {
    // PHP's own warning follows: "Failed to initialize storage module".
    echo str_contains($message, 'rustdb.') ? "$message\n" : '';
});
echo session_start() ? "STARTED\n" : '';
echo "page goes on\n";
PHP;
foreach ($wrong as $name => $value) {
    $ini = [$name => $value, ...($name === 'rustdb.host' ? ['rustdb.socket' => ''] : [])];
    echo (new OtherProcess($code, ini: $ini))->end();
}
?>
--EXPECT--
session_start(): rustdb: cannot start a session: rustdb.host="db1:x" is not valid: a comma list of host, host:port or [IPv6]:port; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.port="0" is not valid: a whole number from 1 to 65535; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.ssl_mode="on" is not valid: one of disabled, preferred, required, verify_ca, verify_identity; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.database="" is not valid: the name of the sessions' database; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.table="a`b" is not valid: 1 to 64 characters of A-Z, a-z, 0-9, _ and $; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.create_table="maybe" is not valid: 0 or 1; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.connect_timeout="0" is not valid: a whole number from 1 to 3600; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.idle_timeout="1h" is not valid: a whole number from 1 to 31536000; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.single_writer="2" is not valid: 0 or 1; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.pool_size="-1" is not valid: a whole number from 0 to 10000; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.lock="advisory" is not valid: one of row, merge, lease, none; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.lock_wait="forever" is not valid: a whole number from 0 to 86400; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.lock_failure="ignore" is not valid: one of fail, readonly; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.lease="0" is not valid: a whole number from 3 to 3600; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.touch_interval="1 min" is not valid: a whole number from 0 to 31536000; correct it in php.ini or the pool's configuration
page goes on
session_start(): rustdb: cannot start a session: rustdb.gc_batch="0" is not valid: a whole number from 1 to 1000000; correct it in php.ini or the pool's configuration
page goes on
