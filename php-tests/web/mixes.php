#!/usr/bin/env php
<?php
// Random mixes of requests of several browsers over two web servers, checked against a model (mix.php), in each lock mode, and with one server
// that locks beside one that merges.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/mix.php';

// In `beside` one server locks and the other one merges.
$modes = array_combine($names = ['row', 'lease', 'merge', 'none'], array_map(fn(string $lock) => ['a' => $lock, 'b' => $lock], $names));
$modes['beside'] = ['a' => 'row', 'b' => 'merge'];
Teardown::add(function (): void {
    foreach (column(admin(), "SHOW TABLES LIKE 'mixes\\_%'") as $table) {
        admin()->query("DROP TABLE $table");
    }
});
foreach (['a', 'b'] as $server) {
    $pools = [];
    foreach ($modes as $name => $locks) {
        $pools["{$name}_$server"] = rustdb_settings(['rustdb.lock' => $locks[$server], 'rustdb.table' => "mixes_$name"]);
    }
    fpm($server, ['session.use_strict_mode' => '1', 'session.gc_probability' => '0'], $pools, BROWSERS * AT_ONCE);
}
$http = nginx(...array_merge(...array_map(fn(string $name) => ["{$name}_a", "{$name}_b"], array_keys($modes))));

array_map(fn(string $name) => try_mixes($http, $name), array_keys($modes));

no_worker_crashed();
