#!/usr/bin/env php
<?php
// Random mixes of requests of several browsers over two web servers, each on a node of its own, checked against a model (web/mix.php).

declare(strict_types=1);

require __DIR__ . '/cluster.php';
require __DIR__ . '/../web/mix.php';

foreach (['a' => 1, 'b' => 2] as $server => $node) {
    $pools = [];
    foreach (['lease', 'merge'] as $lock) {
        $pools["{$lock}_$server"] = rustdb_settings(nodes($node) + ['rustdb.lock' => $lock, 'rustdb.table' => "mixes_$lock"]);
    }
    fpm($server, ['session.use_strict_mode' => '1', 'session.gc_probability' => '0'], $pools, BROWSERS * AT_ONCE);
}
$http = nginx('lease_a', 'lease_b', 'merge_a', 'merge_b');
foreach (['lease', 'merge'] as $lock) {
    try_mixes($http, $lock);
}
each_on_its_own_node(1, 2);

no_worker_crashed();
