#!/usr/bin/env php
<?php
// DokuWiki: signing in, edits, an upload, many tabs, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';

// What the package's postinst asks an administrator, and the first user.
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

$wiki = new Application('/usr/share/dokuwiki', 'doku.php', '^/(data|conf|bin|inc|vendor)/');
visit($wiki->url);
all_is_well($wiki);
