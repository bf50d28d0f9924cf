#!/usr/bin/env php
<?php
// phpMyAdmin: signing in, queries, an import with upload progress, many tabs, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';

// The server to administer is the one that has the sessions. No blowfish_secret: then the password that the browser keeps
// in a cookie is encrypted with a key from the session, and each page depends on it.
file_put_contents('/etc/phpmyadmin/conf.d/rustdb.php', sprintf(
    <<<'CONF'
        <?php
        $cfg['Servers'][1] = ['auth_type' => 'cookie', 'host' => %s, 'port' => %s];
        $cfg['blowfish_secret'] = '';
        $cfg['ShowPhpInfo'] = true;
        CONF,
    var_export(setting('RUSTDB_TEST_HOST'), true),
    var_export(setting('RUSTDB_TEST_PORT'), true),
));
Teardown::add(fn() => admin()->query('DROP DATABASE IF EXISTS browsed'));

$phpmyadmin = new Application('/usr/share/phpmyadmin', 'index.php', '^/(libraries|templates|sql)/');
visit($phpmyadmin->url, ['DB_USER' => setting('RUSTDB_TEST_ADMIN_USER'), 'DB_PASSWORD' => setting('RUSTDB_TEST_ADMIN_PASSWORD')]);
test('what the browser has imported is there', function (): void {
    equal('3000', column(admin(), 'SELECT COUNT(*) FROM browsed.lines')[0], 'lines');
});
all_is_well($phpmyadmin);
