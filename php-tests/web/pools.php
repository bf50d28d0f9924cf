#!/usr/bin/env php
<?php
// Pools of one php-fpm master that differ in their php_admin_value settings keep separate sessions.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$admin = admin();
$database = setting('RUSTDB_TEST_DATABASE');
$user = setting('RUSTDB_TEST_USER');

$admin->query("DROP DATABASE IF EXISTS {$database}_other");
$admin->query("CREATE DATABASE {$database}_other");
Teardown::add(function () use ($database): void {
    admin()->query("DROP DATABASE {$database}_other");
    admin()->query('DROP TABLE IF EXISTS rustdb_sessions_other');
});
foreach (column($admin, "SELECT Host FROM mysql.user WHERE User = '$user'") as $host) {
    $admin->query("GRANT ALL ON {$database}_other.* TO '$user'@'$host'");
}

fpm('pools', rustdb_settings(), [
    'first' => [],
    'table' => ['rustdb.table' => 'rustdb_sessions_other'],
    'database' => ['rustdb.database' => "{$database}_other"],
], workers: 4);
$http = nginx('first', 'table', 'database');

test('pools of one master with another table or database keep separate sessions', function () use ($http, $admin, $database): void {
    $sid = 'shared-' . bin2hex(random_bytes(8));
    $counts = ['first' => 3, 'table' => 5, 'database' => 7];
    $requests = [];
    foreach ($counts as $pool => $count) {
        array_push($requests, ...array_fill(0, $count, ["/$pool/count.php", $sid]));
    }
    shuffle($requests);
    all_acknowledged($http->all($requests, 8));
    foreach ($counts as $pool => $count) {
        equal($count, $http->get("/$pool/read.php", $sid)->value('n'), "the counter of the pool '$pool'");
    }
    $row = "WHERE id = UNHEX(SHA2('$sid', 256))";
    foreach (["$database.rustdb_sessions", "$database.rustdb_sessions_other", "{$database}_other.rustdb_sessions"] as $table) {
        equal('1', column($admin, "SELECT COUNT(*) FROM $table $row")[0], "rows in $table");
    }
});

no_worker_crashed();
