#!/usr/bin/env php
<?php
// The small Laravel application (laravel/) on Rustdb\Handler: signing in, a cart in two tabs, the wizard, and signing out, over two
// servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/set_up.php';

set_up_laravel();
$shop = new Application(...LARAVEL, more: with_opcache());
visit($shop->url);
all_is_well($shop);
