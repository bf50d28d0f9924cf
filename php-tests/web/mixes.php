#!/usr/bin/env php
<?php
// Random mixes of requests of several browsers over two web servers, checked against a model (mix.php), in each lock mode.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/mix.php';

$pools = [];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $pools[$lock] = rustdb_settings(['rustdb.lock' => $lock, 'rustdb.table' => "mixes_$lock"]);
}
Teardown::add(function (): void {
    foreach (column(admin(), "SHOW TABLES LIKE 'mixes\\_%'") as $table) {
        admin()->query("DROP TABLE $table");
    }
});
foreach (['a', 'b'] as $server) {
    $named = array_combine(array_map(fn(string $lock) => "{$lock}_$server", array_keys($pools)), $pools);
    fpm($server, ['session.use_strict_mode' => '1', 'session.gc_probability' => '0'], $named, BROWSERS * AT_ONCE);
}
$http = nginx('row_a', 'row_b', 'lease_a', 'lease_b', 'merge_a', 'merge_b', 'none_a', 'none_b');

array_map(fn(string $lock) => try_mixes($http, $lock), array_keys($pools));

no_worker_crashed();
