<?php
// The web servers of the web tests. A site: php-fpm masters, each with its own configuration and pools, and one
// nginx in front of them (its configuration: nginx.php). Everything listens on Unix sockets in the test's folder.
//
// nginx serves /NAME/page.php from the pool NAME, and /both/page.php from the pools a and b in turn.

declare(strict_types=1);

require __DIR__ . '/nginx.php';

/** Writes a php.ini that loads rustdb (and nothing else) and returns its path. A list of values makes a line of each. */
function write_ini(string $name, array $settings): string
{
    $settings += [
        'session.save_handler' => 'rustdb',
        // PHP 8.6 has it on by default, older ones do not; what needs it on says so.
        'session.use_strict_mode' => '0',
        'display_errors' => '0',
        'log_errors' => '1',
        'html_errors' => '0',
        'error_log' => folder() . "/$name.php.log",
    ];
    $lines = ['extension="' . setting('RUSTDB_SO') . '"'];
    foreach ($settings as $directive => $values) {
        foreach ((array) $values as $value) {
            $lines[] = "$directive=\"$value\"";
        }
    }
    $file = folder() . "/$name.ini";
    file_put_contents($file, implode("\n", $lines) . "\n");
    return $file;
}

/**
 * Starts a php-fpm master and waits until its pools answer.
 *
 * @param array $ini       lines of its php.ini
 * @param array $pools     pool name => its php_admin_value settings, and those named `php_value[DIRECTIVE]`, which a page may change
 * @param array $global    lines of the [global] section
 * @param array $environment  what the master has beside this test's
 */
function fpm(string $name, array $ini, array $pools, int $workers = 10, array $global = [], array $environment = []): Program
{
    if (setting('PHP_FPM') === '') {
        skip_file('this PHP has no php-fpm');
    }
    $folder = folder();
    $config = "[global]\nerror_log=$folder/$name.fpm.log\n";
    foreach ($global as $directive => $value) {
        $config .= "$directive=$value\n";
    }
    foreach ($pools as $pool => $values) {
        $config .= "[$pool]\nlisten=$folder/$pool.sock\npm=static\npm.max_children=$workers\n"
            . "catch_workers_output=yes\nclear_env=no\n";
        if (posix_getuid() === 0) {
            $config .= "user=root\ngroup=root\n";
        }
        foreach ($values as $directive => $value) {
            $config .= (str_starts_with($directive, 'php_value[') ? $directive : "php_admin_value[$directive]") . "=\"$value\"\n";
        }
    }
    file_put_contents("$folder/$name.fpm.conf", $config);
    $php = [setting('PHP_FPM'), '-R', '-F', '-n', '-c', write_ini($name, $ini), '-y', "$folder/$name.fpm.conf"];
    $fpm = new Program($name, $php, $environment);
    foreach ($pools as $pool => $values) {
        wait_listening($fpm, "unix:$folder/$pool.sock");
    }
    return $fpm;
}

/** Starts nginx before the given pools and returns a client of it. */
function nginx(string ...$pools): Http
{
    $folder = folder();
    $upstreams = '';
    foreach ($pools as $pool) {
        $upstreams .= nginx_upstream($pool, "$folder/$pool.sock");
    }
    if (in_array('b', $pools, true)) {
        $upstreams .= nginx_upstream('both', "$folder/a.sock", "$folder/b.sock");
    }
    $pages = __DIR__ . '/pages';
    $request = NGINX_REQUEST;
    // A request that dies with its worker must not be given to the next one: an increment could
    // count twice. Requests and answers are passed on as they come, for slow uploads and flush().
    start_nginx("unix:$folder/nginx.sock", <<<CONF
        client_max_body_size 64m;
        fastcgi_read_timeout 90s;
        fastcgi_next_upstream off;
        fastcgi_request_buffering off;
        fastcgi_buffering off;
        $upstreams
        server {
            listen unix:$folder/nginx.sock;
            location ~ ^/(?<pool>[a-z_]+)/(?<page>[a-z]+\\.php)\$ {
                fastcgi_pass \$pool;
                fastcgi_param SCRIPT_FILENAME $pages/\$page;
                fastcgi_param SCRIPT_NAME /\$page;
                $request
            }
        }
        CONF);
    return new Http("$folder/nginx.sock");
}

/** Starts nginx with what stands in its http block, and waits until it answers at one of its addresses. */
function start_nginx(string $address, string $http): void
{
    $folder = folder();
    file_put_contents("$folder/nginx.conf", nginx_configuration($folder, $http));
    $nginx = new Program('nginx', ['nginx', '-p', $folder, '-e', "$folder/nginx.error.log", '-c', "$folder/nginx.conf"]);
    wait_listening($nginx, $address);
}

/** Waits until somebody answers at an address as nginx writes it: unix:PATH, or HOST:PORT. */
function wait_listening(Program $program, string $address): void
{
    $address = str_starts_with($address, 'unix:') ? 'unix://' . substr($address, 5) : "tcp://$address";
    wait_until(function () use ($program, $address): bool {
        ensure($program->ended() === null, "$program->name ended at once: " . $program->logged());
        return (bool) @stream_socket_client($address, timeout: 1);
    }, 10, "$program->name listens");
}

/**
 * Two web servers with one database: `a` is configured by its php.ini, `b` by its pool. $ini is for both; $more is what
 * each has beside, or instead of, its directives of rustdb.
 */
final class Site
{
    public Program $a;
    public Program $b;
    public readonly Http $http;

    public function __construct(
        private readonly int $workers = 10,
        private readonly array $ini = [],
        private readonly array $more = ['a' => [], 'b' => []],
    ) {
        $this->start_a();
        // Here strict mode is on, so that both ways of taking an id from a client are met.
        $this->b = fpm('b', $ini + ['session.use_strict_mode' => '1'], ['b' => rustdb_settings($more['b'])], $workers);
        $this->http = nginx('a', 'b');
    }

    public function start_a(): void
    {
        $this->a = fpm('a', rustdb_settings($this->more['a']) + $this->ini, ['a' => []], $this->workers);
    }

    /** Makes a session with n=0 and returns its id. */
    public function new_session(): string
    {
        $answer = $this->http->get('/both/count.php?add=0');
        equal(200, $answer->status, 'making a session: ' . $answer->summary());
        equal(0, $answer->value('n'), 'the counter of a new session');
        return $answer->sid;
    }

    /** What is stored for a session. */
    public function stored(string $sid, string $name = 'n'): mixed
    {
        $answer = $this->http->get('/both/read.php', $sid);
        equal(200, $answer->status, 'reading the session: ' . $answer->summary());
        return $answer->value($name);
    }

    /** Starts a request that holds the session until the test opens the gate; returns when it holds it. */
    public function hold(string $server, string $sid, string $gate): Answer
    {
        $holder = $this->http->send("/$server/hold.php?gate=$gate", $sid);
        $this->http->until(fn() => at_gate($gate) || $holder->done, 10, 'a request holds the session');
        ensure(!$holder->done, 'a request that should hold the session has ended: ' . $holder->summary());
        return $holder;
    }

    /** Starts a request for a session that is held; returns when it waits inside the database. */
    public function queue(string $path, string $sid, mysqli $admin): Answer
    {
        $waiting = lock_waiters($admin);
        $waiter = $this->http->send($path, $sid);
        $this->http->until(fn() => lock_waiters($admin) > $waiting || $waiter->done, 10, 'a request waits for the lock');
        ensure(!$waiter->done, 'a request that should wait for the lock has ended: ' . $waiter->summary());
        return $waiter;
    }
}

/** Where Debian keeps Apache's modules. */
const APACHE_MODULES = '/usr/lib/apache2/modules';

/**
 * Starts Apache with the given virtual hosts and waits until it answers.
 *
 * @param string $module           the path of mod_php
 * @param string $mpm              its way to work, `prefork` or `event`
 * @param list<string> $processes  lines of its configuration: how many processes and threads
 * @param array<int, array> $hosts port => its php_admin_value settings
 */
function apache(string $module, string $mpm, array $processes, array $hosts): Program
{
    // Started by root, its workers are another user: what they read lies outside of the run's
    // folder, which is closed to others, and the database is reached over TCP.
    $folder = sys_get_temp_dir() . '/rustdb-apache-' . bin2hex(random_bytes(6));
    mkdir($folder, 0755);
    Teardown::add(fn() => exec('rm -rf ' . escapeshellarg($folder)));
    foreach (glob(__DIR__ . '/pages/*.php') as $page) {
        copy($page, "$folder/" . basename($page));
        chmod("$folder/" . basename($page), 0644);
    }
    mkdir("$folder/gates");
    chmod("$folder/gates", 0777);
    rmdir(folder() . '/gates');
    symlink("$folder/gates", folder() . '/gates');
    $ini = write_ini('apache', rustdb_settings([
        'rustdb.socket' => '',
        'rustdb.host' => setting('RUSTDB_TEST_HOST'),
        'rustdb.port' => setting('RUSTDB_TEST_PORT'),
        'error_log' => '', // Apache's
    ]));
    $config = folder() . '/apache.conf';
    $lines = [
        'ServerRoot ' . folder(),
        'ServerName localhost',
        'PidFile ' . folder() . '/apache.pid',
        'ErrorLog ' . folder() . '/apache.error.log',
        "LoadModule mpm_{$mpm}_module " . APACHE_MODULES . "/mod_mpm_$mpm.so",
        'LoadModule authz_core_module ' . APACHE_MODULES . '/mod_authz_core.so',
        "LoadModule php_module $module",
        "PHPIniDir $ini",
        'User www-data',
        'Group www-data',
        ...$processes,
        "DocumentRoot $folder",
        "<Directory $folder>\nSetHandler application/x-httpd-php\nRequire all granted\n</Directory>",
    ];
    foreach ($hosts as $port => $values) {
        $lines[] = "Listen 127.0.0.1:$port";
        $lines[] = "<VirtualHost 127.0.0.1:$port>";
        foreach ($values as $directive => $value) {
            $lines[] = "php_admin_value $directive \"$value\"";
        }
        $lines[] = '</VirtualHost>';
    }
    file_put_contents($config, implode("\n", $lines) . "\n");
    $environment = ['PHP_INI_SCAN_DIR' => '', 'GATES' => "$folder/gates"];
    $apache = new Program('apache', ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', $config], $environment);
    foreach (array_keys($hosts) as $port) {
        wait_until(function () use ($apache, $port): bool {
            ensure($apache->ended() === null, 'Apache ended at once: ' . $apache->logged() . apache_log());
            return (bool) @stream_socket_client("tcp://127.0.0.1:$port", timeout: 1);
        }, 10, 'Apache listens');
    }
    return $apache;
}

function apache_log(): string
{
    return (string) @file_get_contents(folder() . '/apache.error.log');
}

/** What Apache has logged beside its start, its command line, reloads and its stop: nothing, if all is well. */
function unexpected_apache_lines(Program $apache): array
{
    $lines = preg_split('/\n/', apache_log() . $apache->logged(), -1, PREG_SPLIT_NO_EMPTY);
    // That a child crashed is a notice as well.
    return array_values(preg_grep('/ AH00(163|489|094|171|493|169|491): /', $lines, PREG_GREP_INVERT));
}
