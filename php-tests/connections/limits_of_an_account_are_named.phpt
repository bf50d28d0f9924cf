--TEST--
A warning names the limit of the account that was reached, and not another
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$limits = ['MAX_QUERIES_PER_HOUR', 'MAX_UPDATES_PER_HOUR', 'MAX_CONNECTIONS_PER_HOUR', 'MAX_USER_CONNECTIONS'];
foreach ($limits as $limit) {
    $user = 'l' . bin2hex(random_bytes(4));
    foreach (['localhost', '127.0.0.1'] as $host) {
        admin()->query("CREATE USER '$user'@'$host' IDENTIFIED BY 'battery-staple' WITH $limit 1");
        admin()->query("GRANT ALL ON rustdb_test.* TO '$user'@'$host'");
    }
    $settings = ['rustdb.user' => $user, 'rustdb.password' => 'battery-staple'];
    // One holds what there is while the next one comes.
    $code = 'session_id($argv[1]); session_start(); $_SESSION["n"] = 1; tell("started"); listen();';
    $first = new OtherProcess($code, [new_id()], $settings);
    $first->hear();
    $warning = start_with($settings, new_id());
    preg_match('/the server says (\d+): [^;]*; (.*)/', $warning, $found);
    echo "$limit: ", $found[2] ?? $warning, "\n";
    $first->say();
    $first->end();
    foreach (['localhost', '127.0.0.1'] as $host) {
        admin()->query("DROP USER '$user'@'$host'");
    }
}
?>
--EXPECT--
MAX_QUERIES_PER_HOUR: raise the account's limit (ALTER USER … WITH MAX_QUERIES_PER_HOUR 0): each request takes several
MAX_UPDATES_PER_HOUR: raise the account's limit (ALTER USER … WITH MAX_UPDATES_PER_HOUR 0): each session that is stored takes some
MAX_CONNECTIONS_PER_HOUR: raise the account's limit (ALTER USER … WITH MAX_CONNECTIONS_PER_HOUR 0): each PHP worker opens some
MAX_USER_CONNECTIONS: raise the account's limit (ALTER USER … WITH MAX_USER_CONNECTIONS 0) or lower the number of PHP workers
