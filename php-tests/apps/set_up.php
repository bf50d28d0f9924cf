<?php
// What an administrator does with each application before its first user comes. For more than one test each, hence not
// in them. Not a test itself, hence not executable.

declare(strict_types=1);

/** What is served, its page for /, and what nobody may ask for: Application's arguments. */
const DOKUWIKI = ['/usr/share/dokuwiki', 'doku.php', '^/(data|conf|bin|inc|vendor)/'];
const PHPMYADMIN = ['/usr/share/phpmyadmin', 'index.php', '^/(libraries|templates|sql)/'];

/** What the package's postinst asks an administrator, and the first user: admin, with the password correct-horse. */
function set_up_dokuwiki(): void
{
    file_put_contents('/etc/dokuwiki/local.php', <<<'CONF'
        <?php
        $conf['title'] = 'Wiki on rustdb';
        $conf['license'] = '';
        $conf['useacl'] = 1;
        $conf['superuser'] = '@admin';
        $conf['updatecheck'] = 0;
        CONF);
    @mkdir('/var/lib/dokuwiki/acl', recursive: true);
    file_put_contents('/var/lib/dokuwiki/acl/acl.auth.php', "# acl.auth.php\n# <?php exit()?>\n*  @ALL  1\n*  @user  8\n");
    $hash = password_hash('correct-horse', PASSWORD_BCRYPT, ['cost' => 5]);
    $users = "# users.auth.php\n# <?php exit()?>\nadmin:$hash:Ada Min:ada@example.com:admin,user\n";
    file_put_contents('/var/lib/dokuwiki/acl/users.auth.php', $users);
}

/**
 * The server to administer is the one that has the sessions; its tests work in the database `browsed`. No blowfish_secret:
 * then the password that the browser keeps in a cookie is encrypted with a key from the session, and each page depends on it.
 */
function set_up_phpmyadmin(): void
{
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
}
