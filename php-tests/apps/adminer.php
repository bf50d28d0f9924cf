#!/usr/bin/env php
<?php
// Adminer: signing in, queries, an import, many tabs, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';

Teardown::add(fn() => admin()->query('DROP DATABASE IF EXISTS browsed'));

// As the package's configuration for Apache has it.
$adminer = new Application('/etc/adminer', 'conf.php');
visit($adminer->url, [
    'DB_SERVER' => setting('RUSTDB_TEST_HOST') . ':' . setting('RUSTDB_TEST_PORT'),
    'DB_USER' => setting('RUSTDB_TEST_ADMIN_USER'),
    'DB_PASSWORD' => setting('RUSTDB_TEST_ADMIN_PASSWORD'),
]);
test('what the browser has imported is there', function (): void {
    equal('3000', column(admin(), 'SELECT COUNT(*) FROM browsed.lines')[0], 'lines');
});
all_is_well($adminer);
