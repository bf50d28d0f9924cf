--TEST--
Where there is no connection session_start() is false, and its warning names the session, the server, the cause and the remedy
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$port = closed_port();
$cases = [
    'wrong password' => ['rustdb.password' => 'wrong-horse'],
    'refused port' => ['rustdb.socket' => '', 'rustdb.host' => "127.0.0.1:$port"],
    'unknown host' => ['rustdb.socket' => '', 'rustdb.host' => 'no-such-host.invalid:3306'],
    'missing socket' => ['rustdb.socket' => '/nonexistent/mysqld.sock'],
    'no database given' => ['rustdb.database' => ''],
    'database without rights' => ['rustdb.database' => 'nowhere'],
    'unknown database' => [
        'rustdb.database' => 'nowhere',
        'rustdb.user' => getenv('RUSTDB_TEST_ADMIN_USER'),
        'rustdb.password' => getenv('RUSTDB_TEST_ADMIN_PASSWORD'),
    ],
];
$begin = microtime(true);
foreach ($cases as $name => $ini) {
    echo "$name:\n", str_replace($port, 'PORT', start_with($ini, '0123456789abcdef'));
}
// r2d2's own way of connecting would tell after connect_timeout.
echo microtime(true) - $begin < 4 ? 'all at once' : 'SLOWLY', "\n";
?>
--EXPECTF--
wrong password:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on SERVER): the server says 1045: Access denied for user 'rustdb'@'%s' (using password: YES)%S; check rustdb.user, its password and its grants
not started
refused port:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on 127.0.0.1:PORT): no connection: 127.0.0.1:PORT: Connection refused (os error 111); check that the server runs and takes writes, and rustdb.host or rustdb.socket
not started
unknown host:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on no-such-host.invalid:3306): no connection: no-such-host.invalid:3306: failed to lookup address information: %s; check rustdb.host, and the name servers of this machine (/etc/resolv.conf)
not started
missing socket:
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on /nonexistent/mysqld.sock): no connection: /nonexistent/mysqld.sock: No such file or directory (os error 2); check that the server runs and takes writes, and rustdb.host or rustdb.socket
not started
no database given:
session_start(): rustdb: cannot start a session: rustdb.database="" is not valid: the name of the sessions' database; correct it in php.ini or the pool's configuration
not started
database without rights:
session_start(): rustdb: cannot read session 01234567… (table nowhere.rustdb_sessions on SERVER): the server says 1044: Access denied for user 'rustdb'@'%s' to database 'nowhere'; check rustdb.database, and the grants of rustdb.user on it
not started
unknown database:
session_start(): rustdb: cannot read session 01234567… (table nowhere.rustdb_sessions on SERVER): the server says 1049: Unknown database 'nowhere'; create the database or correct rustdb.database
not started
all at once
