--TEST--
A server that takes connections and never answers is given up after connect_timeout, with a warning
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

// The kernel takes the connections; nobody accepts them.
$silent = stream_socket_server('tcp://127.0.0.1:0');
$host = stream_socket_get_name($silent, false);
$settings = ['rustdb.socket' => '', 'rustdb.host' => $host, 'rustdb.connect_timeout' => '1'];
$begin = microtime(true);
echo str_replace($host, 'SILENT', start_with($settings, '0123456789abcdef'));
echo microtime(true) - $begin < 20 ? "in time\n" : "LATE\n";

echo "with another host behind it:\n";
$settings['rustdb.host'] = "$host,127.0.0.1:" . getenv('RUSTDB_TEST_PORT');
echo start_with($settings, '0123456789abcdef');
?>
--EXPECTF--
session_start(): rustdb: cannot read session 01234567… (table rustdb_test.rustdb_sessions on SILENT): the server did not answer in time (%r(no connection within 1 s|read timeout)%r); check the server's load and the network
not started
in time
with another host behind it:
started
