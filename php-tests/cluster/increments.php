#!/usr/bin/env php
<?php
// Nothing is lost between nodes: two web servers, each on a node of its own, count to exact totals (web/increment.php),
// which the third node sees.

declare(strict_types=1);

require __DIR__ . '/cluster.php';
require __DIR__ . '/../web/increment.php';

$site = cluster_site(workers: 10, a: nodes(1), b: nodes(2), ini: ['session.use_strict_mode' => '0']);
try_increments($site, admin_of(1), admin_of(3), takers: 'both');
each_on_its_own_node(1, 2);

no_worker_crashed();
