#!/usr/bin/env php
<?php
// Random mixes of requests of several browsers over two web servers, each on a node of its own, checked against a model (web/mix.php).

declare(strict_types=1);

require __DIR__ . '/cluster.php';
require __DIR__ . '/../web/mix.php';

foreach (['a' => 1, 'b' => 2] as $server => $node) {
    $settings = rustdb_settings(nodes($node) + ['rustdb.lock' => 'lease']);
    fpm($server, ['session.use_strict_mode' => '1', 'session.gc_probability' => '0'], ["lease_$server" => $settings], BROWSERS * AT_ONCE);
}
try_mixes(nginx('lease_a', 'lease_b'), 'lease');
each_on_its_own_node(1, 2);

no_worker_crashed();
