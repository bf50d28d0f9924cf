--TEST--
With the PROCESS privilege the warning after lock_wait says which connection holds the row, and no more than is known
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('t_names_holder');
$admin = $server->admin();
$settings = $server->settings() + ['rustdb.lock_wait' => '1'];
$id = (new OtherProcess('tell(store_session(["n" => 1]));', [], $settings))->hear();
$hold = 'session_id($argv[1]); session_start(); tell("started"); listen();';
$holder = new OtherProcess($hold, [$id], $settings);
$holder->hear();
$held = $admin->query('SELECT trx_mysql_thread_id FROM information_schema.innodb_trx WHERE trx_rows_locked>0')->fetch_row()[0];

/** What is in the parentheses behind lock_wait; a warning of another shape as it is. */
function said(array $settings): string
{
    global $id, $held, $server;
    $frame = '/^session_start\(\): rustdb: cannot read session \w{8}… \(table rustdb_test.rustdb_sessions on \S+\): another request'
        . ' held the session for longer than rustdb.lock_wait=\d s( \(.*\))?; shorten the request that holds it, call'
        . ' session_write_close\(\) earlier there, or raise rustdb.lock_wait\nnot started$/D';
    $said = rtrim(start_with($settings, $id));
    return str_replace("connection $held ", 'connection HOLDER ', preg_replace($frame, 'warned$1', $said)) . "\n";
}

function grant(string $right): void
{
    foreach (['localhost', '127.0.0.1'] as $host) {
        admin()->query("GRANT $right TO 'rustdb'@'$host'");
    }
}

echo 'not allowed to ask: ', said($settings);
grant('PROCESS ON *.*');
echo 'alone: ', said($settings);
echo 'not waiting: ', said(['rustdb.lock_wait' => '0'] + $settings);
echo 'readonly: ', said(['rustdb.lock_failure' => 'readonly'] + $settings);

// An older transaction that has nothing to do with it.
$admin->query('CREATE TABLE other (n INT PRIMARY KEY) ENGINE=InnoDB');
$older = new_admin();
$older->begin_transaction();
$older->query('INSERT INTO other VALUES (1)');
$holder->end();
$holder = new OtherProcess($hold, [$id], $settings);
$holder->hear();
$held = $admin->query('SELECT trx_mysql_thread_id FROM information_schema.innodb_trx ORDER BY trx_id DESC LIMIT 1')->fetch_row()[0];
// What was just inserted counts as locked only once somebody wants to lock it.
$older->query('SELECT * FROM other FOR UPDATE');
echo 'beside an older one: ', said($settings);

// What makes it certain: MySQL's list of locks; on MariaDB somebody else who waits.
if (getenv('RUSTDB_TEST_FLAVOR') === 'mysql') {
    grant('SELECT ON performance_schema.data_locks');
} else {
    $waiter = new OtherProcess($hold, [$id], ['rustdb.lock_wait' => '60'] + $settings);
    wait_until(fn() => waiters($id) === 1);
}
echo 'certain: ', said($settings);
echo $holder->end(), $server->run('stop');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('t_names_holder');
?>
--EXPECTF--
not allowed to ask: warned
alone: warned (the one connection with row locks in that database: connection HOLDER of rustdb@127.0.0.1:%d, in a transaction of %d s)
not waiting: warned
readonly: started
beside an older one: warned (the oldest of 2 connections with row locks in that database: connection %d of root@127.0.0.1:%d, in a transaction of %d s)
certain: warned (held by connection HOLDER of rustdb@127.0.0.1:%d, in a transaction of %d s)
