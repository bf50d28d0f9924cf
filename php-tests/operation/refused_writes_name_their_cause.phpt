--TEST--
A write that the server refuses (packet too large, binlog format, full tablespace) is a warning with the remedy; stored data stays, and no lock
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('refusals', '--log-bin=bin --server-id=1 --innodb-data-file-path=ibdata1:12M --innodb-file-per-table=0');
$admin = $server->admin();

/** Adds $bytes to a stored session in a new process. */
function grow(string $id, int $bytes): void
{
    global $server;
    $code = 'session_id($argv[1]); session_start(); $_SESSION["more"] = str_repeat("x", $argv[2]); session_write_close();';
    echo str_replace($server->host(), 'PRIVATE', (new OtherProcess($code, [$id, $bytes], $server->settings()))->end());
    echo strlen(row($id)['data']), ' bytes are stored', is_held($id) ? ', LOCKED' : '', "\n";
}

$id = new_id();
echo (new OtherProcess('store_session(["n" => 1], $argv[1]);', [$id], $server->settings()))->end();

echo "== small max_allowed_packet\n";
$before = $admin->query('SELECT @@global.max_allowed_packet')->fetch_row()[0];
$admin->query('SET GLOBAL max_allowed_packet=65536');
grow($id, 1_000);
grow($id, 64_000);
grow($id, 70_000);
$admin->query("SET GLOBAL max_allowed_packet=$before");

echo "== statement-based binlog\n";
$admin->query("SET GLOBAL binlog_format='STATEMENT'");
grow($id, 2_000);
$admin->query("SET GLOBAL binlog_format='ROW'");

echo "== full tablespace\n";
// Rows of one page each. A failed insert of more is taken back page by page, for which MariaDB 11 needs free space as
// well: without it the server aborts.
$admin->query('CREATE TABLE filler (data VARBINARY(7000)) ENGINE=InnoDB CHARSET=latin1');
try {
    while (true) {
        $admin->query("INSERT INTO filler VALUES (REPEAT('x',7000))");
    }
} catch (mysqli_sql_exception $e) {
    // ER_RECORD_FILE_FULL.
    if ($e->getCode() !== 1114) {
        throw $e;
    }
}
grow($id, 500_000);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('refusals');
?>
--EXPECTF--
== small max_allowed_packet
1021 bytes are stored
64022 bytes are stored

Warning: session_write_close(): rustdb: cannot write session %x… (table rustdb_test.rustdb_sessions on PRIVATE): the data is too large: %d bytes as sent, the server's max_allowed_packet is 65536; store less in the session, or raise max_allowed_packet in %s on line %d
64022 bytes are stored
== statement-based binlog

Warning: session_start(): rustdb: cannot read session %x… (table rustdb_test.rustdb_sessions on PRIVATE): the server says 1665: Cannot execute statement: impossible to write to binary log since BINLOG_FORMAT = STATEMENT %s; set binlog_format=ROW or MIXED on the server in %s on line %d

Warning: session_start(): Failed to read session data: rustdb (path: %S) in %s on line %d
64022 bytes are stored
== full tablespace

Warning: session_write_close(): rustdb: cannot write session %x… (table rustdb_test.rustdb_sessions on PRIVATE): the server says 1114: The table 'rustdb_sessions' is full; the server's disk or tablespace is full: make room there in %s on line %d
64022 bytes are stored
