<?php
// The four virtual hosts, for PHP's own server; with nginx or Apache each has its server block.
declare(strict_types=1);
require __DIR__ . '/common.php';

match (this_site()) {
    'login' => require __DIR__ . '/issuer.php',
    null => refuse(421, 'There is no such site.'),
    default => require __DIR__ . '/shop.php',
};
