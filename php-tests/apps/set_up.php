<?php
// What an administrator does with each application before its first user comes. For more than one test each, hence not
// in them. Not a test itself, hence not executable.

declare(strict_types=1);

/** What is served, its page for /, and what nobody may ask for: Application's arguments. */
const DOKUWIKI = ['/usr/share/dokuwiki', 'doku.php', '^/(data|conf|bin|inc|vendor)/'];
const PHPMYADMIN = ['/usr/share/phpmyadmin', 'index.php', '^/(libraries|templates|sql)/'];
const ROUNDCUBE = ['/var/lib/roundcube/public_html', 'index.php', '^/(program/lib|program/include)/'];
const LARAVEL = [__DIR__ . '/laravel/public', 'index.php', '^/\.'];

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

/** Roundcube with PHP's own sessions, and a database of its own, which goes away in the end. */
function set_up_roundcube(int $imap_port): void
{
    $admin = admin();
    $admin->query('DROP DATABASE IF EXISTS roundcube_test');
    $admin->query('CREATE DATABASE roundcube_test');
    Teardown::add(fn() => admin()->query('DROP DATABASE roundcube_test'));
    $admin->select_db('roundcube_test');
    $admin->multi_query(file_get_contents('/usr/share/roundcube/SQL/mysql.initial.sql'));
    while ($admin->more_results()) {
        $admin->next_result();
    }
    $database = sprintf(
        'mysql://%s:%s@%s:%s/roundcube_test',
        ...array_map(setting(...), ['RUSTDB_TEST_ADMIN_USER', 'RUSTDB_TEST_ADMIN_PASSWORD', 'RUSTDB_TEST_HOST', 'RUSTDB_TEST_PORT']),
    );
    mkdir($temporary = folder() . '/roundcube');
    file_put_contents('/etc/roundcube/config.inc.php', '<?php $config = ' . var_export([
        'db_dsnw' => $database,
        'imap_host' => "127.0.0.1:$imap_port",
        'session_storage' => 'php',
        'des_key' => 'twenty-four-characters--',
        'log_dir' => folder(),
        'temp_dir' => $temporary,
        'plugins' => [],
    ], true) . ';');
}

/**
 * The small Laravel application (laravel/), with a database of its own, which goes away in the end, and two users, ada and bob
 * @example.com, with the password correct-horse. It is told of everything by the environment of php-fpm.
 */
function set_up_laravel(): void
{
    $admin = admin();
    $admin->query('DROP DATABASE IF EXISTS laravel_test');
    $admin->query('CREATE DATABASE laravel_test');
    Teardown::add(fn() => admin()->query('DROP DATABASE laravel_test'));
    $admin->select_db('laravel_test');
    $admin->query('CREATE TABLE users (id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(100) UNIQUE, password VARCHAR(100), remember_token VARCHAR(100))');
    $hash = password_hash('correct-horse', PASSWORD_BCRYPT, ['cost' => 5]);
    $admin->query("INSERT INTO users (email, password) VALUES ('ada@example.com', '$hash'), ('bob@example.com', '$hash')");
    $storage = folder() . '/laravel';
    mkdir("$storage/framework/views", recursive: true);
    mkdir("$storage/framework/sessions"); // of the driver file, with SESSION_DRIVER=file in the environment: to see the tests fail
    mkdir("$storage/logs");
    $environment = [
        'LARAVEL_STORAGE' => $storage,
        'APP_SERVICES_CACHE' => "$storage/services.php",
        'APP_PACKAGES_CACHE' => "$storage/packages.php",
        'DB_HOST' => setting('RUSTDB_TEST_HOST'),
        'DB_PORT' => setting('RUSTDB_TEST_PORT'),
        'DB_DATABASE' => 'laravel_test',
        'DB_USERNAME' => setting('RUSTDB_TEST_ADMIN_USER'),
        'DB_PASSWORD' => setting('RUSTDB_TEST_ADMIN_PASSWORD'),
        'SESSION_LOCK' => getenv('RUSTDB_APPS_LOCK') ?: 'merge', // another one: to see the tests fail
    ];
    foreach ($environment as $name => $value) {
        putenv("$name=$value");
    }
}

/** What keeps PHP from reading the framework anew for each page, where this PHP has it. */
function with_opcache(): array
{
    $file = ini_get('extension_dir') . '/opcache.so';
    return is_file($file) ? ['zend_extension' => $file] : [];
}
