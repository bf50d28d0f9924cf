#!/usr/bin/env php
<?php
// Nothing is lost: parallel increments over two web servers end at exact totals (increment.php).

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/increment.php';

// Strict mode is on in `b`.
try_increments(new Site(workers: 10), admin(), admin(), takers: 'a');

no_worker_crashed();
