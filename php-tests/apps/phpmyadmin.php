#!/usr/bin/env php
<?php
// phpMyAdmin: signing in, queries, an import with upload progress, many tabs, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/set_up.php';

set_up_phpmyadmin();
$phpmyadmin = new Application(...PHPMYADMIN);
visit($phpmyadmin->url, ['DB_USER' => setting('RUSTDB_TEST_ADMIN_USER'), 'DB_PASSWORD' => setting('RUSTDB_TEST_ADMIN_PASSWORD')]);
test('what the browser has imported is there', function (): void {
    equal('3000', column(admin(), 'SELECT COUNT(*) FROM browsed.lines')[0], 'lines');
});
all_is_well($phpmyadmin);
