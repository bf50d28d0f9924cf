<?php
// What is compared: the save handlers, each with its best settings, and where their data can be.

declare(strict_types=1);

/** Where data can be, and by what way it is reached. */
enum Place: string
{
    case Disk = 'disk'; // Unix sockets; MariaDB's data and the files on disk
    case Ram = 'ram'; // the same on a tmpfs
    case Tcp = 'tcp'; // the servers of Disk, over TCP
    case Network = 'network'; // the same through the delaying proxy
}

/** One way to keep sessions. */
final class Handler
{
    public function __construct(
        public readonly string $name,
        public readonly string $label,
        /** mysql, redis, memcached or files */
        public readonly string $needs,
        /** Whether one request of a session waits for another one. */
        public readonly bool $locks = true,
    ) {}
}

/** @return array<string, Handler> */
function handlers(): array
{
    static $all = null;
    return $all ??= array_column(array_map(fn(array $one) => ['name' => $one[0], 'handler' => new Handler(...$one)], [
        ['floor', 'bare Rust client, same packets', 'mysql'],
        ['floor-busy', 'bare Rust client, same packets, computing for 5 µs before each', 'mysql'],
        ['floor-late', 'bare Rust client, ROLLBACK and the next SELECT at once', 'mysql'],
        ['floor-crate', 'bare Rust client, mysql crate', 'mysql'],
        ['rustdb-row', 'rustdb, row', 'mysql'],
        ['rustdb-merge', 'rustdb, merge', 'mysql', false],
        ['rustdb-lease', 'rustdb, lease', 'mysql'],
        ['rustdb-none', 'rustdb, none (no lock)', 'mysql', false],
        // The same sessions through Rustdb\Handler, for only the part `handler_class` compares them.
        ['class-row', 'Rustdb\\Handler, row', 'mysql'],
        ['class-merge', 'Rustdb\\Handler, merge', 'mysql', false],
        // The same by the library of another commit, in a run that compares both, and nowhere else.
        ['before-row', 'rustdb before, row', 'mysql'],
        ['before-lease', 'rustdb before, lease', 'mysql'],
        // Row locks, too; not part of `rustdb-*`, for only the part `codecs` compares them.
        ['codec-zstd', 'rustdb, row, compressed', 'mysql'],
        ['codec-aes', 'rustdb, row, encrypted', 'mysql'],
        ['codec-both', 'rustdb, row, compressed and encrypted', 'mysql'],
        ['symfony-transaction', 'Symfony PDO, transactional, connection kept', 'mysql'],
        ['symfony-transaction-new', 'Symfony PDO, transactional, new connection', 'mysql'],
        ['symfony-advisory', 'Symfony PDO, advisory, connection kept', 'mysql'],
        ['symfony-advisory-new', 'Symfony PDO, advisory, new connection', 'mysql'],
        ['symfony-none', 'Symfony PDO, no lock, connection kept', 'mysql', false],
        ['redis', 'phpredis, locking', 'redis'],
        ['redis-none', 'phpredis, no lock', 'redis', false],
        ['memcached', 'php-memcached, locking', 'memcached'],
        ['files', 'files', 'files'],
        // Laravel's session drivers; nothing of PHP's own sessions is in them.
        ['laravel-rustdb', 'rustdb, merge', 'mysql', false],
        ['laravel-file', 'file', 'files', false],
        ['laravel-database', 'database', 'mysql', false],
        ['laravel-redis', 'redis (phpredis)', 'redis', false],
        ['laravel-block', 'database, `->block()`', 'mysql'],
    ]), 'handler', 'name');
}

/**
 * The names of some handlers, by how they begin, without those that this PHP has no extension for. In a run against a
 * commit: rustdb alone, each with its before; row locks, and leases where they are named in full.
 */
function handlers_like(string ...$beginnings): array
{
    $there = fn(string $name): bool => match (handlers()[$name]->needs) {
        'redis', 'memcached' => is_file(extensions() . '/' . handlers()[$name]->needs . '.so'),
        default => !preg_match('/^(symfony-|laravel-(database|block))/', $name) || is_file(extensions() . '/pdo_mysql.so'),
    };
    $names = array_values(array_filter(array_keys(handlers()), fn(string $name) => $there($name) && array_filter(
        $beginnings,
        fn(string $beginning) => $name === $beginning || str_starts_with($name, rtrim($beginning, '*')) && str_ends_with($beginning, '*'),
    ) !== []));
    if (AGAINST === null) {
        return $names;
    }
    $wanted = array_intersect($names, ['rustdb-row', ...array_intersect($beginnings, ['rustdb-lease'])]);
    return array_merge(...array_map(fn(string $name) => [$name, before($name)], $wanted));
}

/** The handler that is the same as one of rustdb's, by the library of another commit. */
function before(string $name): string
{
    return str_replace('rustdb-', 'before-', $name);
}

/** The library that a handler's processes load: all load one, so that none has an advantage. */
function library(string $name): string
{
    return getenv(str_starts_with($name, 'before-') ? 'BENCH_SO_BEFORE' : 'RUSTDB_SO');
}

/** The addresses of the servers at a place; starts what does not run yet. */
final class Servers
{
    private static array $addresses = [];
    private static ?Program $redis = null;

    /** host:port or unix:PATH of mysql, redis or memcached. */
    public static function address(string $service, Place $place): string
    {
        if (self::$redis === null || !self::$redis->running()) {
            self::start();
        }
        return self::$addresses[$place->value][$service];
    }

    public static function redis_port(): int
    {
        return (int) substr(strrchr(self::$addresses['tcp']['redis'], ':'), 1);
    }

    public static function memcached_stats(): array
    {
        $socket = stream_socket_client(str_replace('unix:', 'unix://', self::address('memcached', Place::Disk)));
        fwrite($socket, "stats\r\n");
        $stats = [];
        while (!str_starts_with($line = fgets($socket), 'END')) {
            [, $name, $value] = explode(' ', trim($line), 3);
            $stats[$name] = $value;
        }
        return $stats;
    }

    private static function start(): void
    {
        $folder = folder();
        [$redis, $memcached] = [free_port(), free_port()];
        self::$redis = new Program('redis', [
            'redis-server', '--port', (string) $redis, '--bind', '127.0.0.1', '--unixsocket', "$folder/redis.sock",
            '--save', '', '--appendonly', 'no', '--daemonize', 'no', '--dir', $folder,
        ]);
        // It listens either on a socket or on a port.
        $user = ['-u', posix_getpwuid(posix_getuid())['name'], '-m', '512', '-I', '4m', '-t', '4'];
        $by_socket = new Program('memcached', ['memcached', '-s', "$folder/memcached.sock", ...$user]);
        $by_port = new Program('memcached-tcp', ['memcached', '-l', '127.0.0.1', '-p', (string) $memcached, '-U', '0', ...$user]);
        wait_listening(self::$redis, "unix://$folder/redis.sock");
        wait_listening($by_socket, "unix://$folder/memcached.sock");
        wait_listening($by_port, "tcp://127.0.0.1:$memcached");
        $port = getenv('RUSTDB_TEST_PORT');
        $memory = ['redis' => "unix:$folder/redis.sock", 'memcached' => "unix:$folder/memcached.sock"];
        self::$addresses = [
            'disk' => ['mysql' => 'unix:' . getenv('BENCH_DISK') . '/db.sock'] + $memory,
            'ram' => ['mysql' => 'unix:' . getenv('BENCH_RAM') . '/db.sock'] + $memory,
            'tcp' => ['mysql' => "127.0.0.1:$port", 'redis' => "127.0.0.1:$redis", 'memcached' => "127.0.0.1:$memcached"],
        ];
        $proxy = new Worker('proxy', [getenv('BENCH_TOOLS') . '/proxy', '250', ...array_values(self::$addresses['tcp'])]);
        foreach (['mysql', 'redis', 'memcached'] as $service) {
            self::$addresses['network'][$service] = '127.0.0.1:' . $proxy->line();
        }
    }
}

/** php.ini's lines of a handler at a place, beside what all have. */
function settings(string $name, Place $place): array
{
    if ($name === 'laravel-rustdb') {
        return ['rustdb.table' => table($name)] + settings('rustdb-merge', $place);
    }
    $needs = handlers()[$name]->needs;
    $address = $needs === 'files' ? '' : Servers::address($needs, $place);
    $path = str_starts_with($address, 'unix:') ? substr($address, 5) : '';
    switch ($needs) {
        case 'files':
            $folder = ($place === Place::Ram ? getenv('BENCH_RAM') : folder()) . '/files';
            is_dir($folder) || mkdir($folder);
            return ['session.save_handler' => 'files', 'session.save_path' => $folder];
        case 'redis':
            $url = $path !== '' ? "unix://$path" : "tcp://$address";
            return [
                'session.save_handler' => 'redis',
                // Without `persistent` it would connect for each session.
                'session.save_path' => "$url?persistent=1",
                'redis.session.locking_enabled' => $name === 'redis' ? '1' : '0',
                'redis.session.lock_retries' => '-1',
                'redis.session.lock_wait_time' => '2000', // µs
                'redis.session.lock_expire' => '30', // s
            ];
        case 'memcached':
            return [
                'session.save_handler' => 'memcached',
                'session.save_path' => $path !== '' ? "$path:0" : $address,
                'memcached.sess_persistent' => '1',
                'memcached.sess_locking' => '1',
                'memcached.sess_lock_wait_min' => '1', // ms; it doubles up to the maximum
                'memcached.sess_lock_wait_max' => '2',
                'memcached.sess_lock_retries' => '15000',
                'memcached.sess_lock_expire' => '30', // s
                // Data over 2,000 bytes would be compressed, which nobody else does here.
                'memcached.compression_threshold' => '100000000',
            ];
    }
    [$family, $mode] = explode('-', $name, 2) + [1 => ''];
    if (!in_array($family, ['rustdb', 'class', 'before', 'codec'], true)) {
        return [];
    }
    $settings = [
        'session.save_handler' => 'rustdb',
        'rustdb.user' => getenv('RUSTDB_TEST_USER'),
        'rustdb.password' => getenv('RUSTDB_TEST_PASSWORD'),
        'rustdb.database' => getenv('RUSTDB_TEST_DATABASE'),
        'rustdb.lock' => $family === 'codec' ? 'row' : $mode,
        'rustdb.table' => table($name),
    ];
    if (in_array($name, ['codec-zstd', 'codec-both'], true)) {
        // Below the usual threshold, so that 1 KiB is compressed as well.
        $settings += ['rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '512'];
    }
    if (in_array($name, ['codec-aes', 'codec-both'], true)) {
        $settings += ['rustdb.encryption' => 'required', 'rustdb.encryption_key_file' => key_file()];
    }
    if ($path !== '') {
        return $settings + ['rustdb.socket' => $path];
    }
    [$host, $port] = explode(':', $address);
    return $settings + ['rustdb.host' => $host, 'rustdb.port' => $port];
}

/** A file with a key of this run. */
function key_file(): string
{
    $file = folder() . '/keys';
    if (!is_file($file)) {
        file_put_contents($file, base64_encode(random_bytes(32)) . "\n");
        chmod($file, 0600);
    }
    return $file;
}

/** What symfony_handler() in common.php needs, or a worker that uses Rustdb\Handler, or Laravel, as environment; empty for the others. */
function environment(string $name, Place $place): array
{
    if (str_starts_with($name, 'class-')) {
        return ['BENCH_CLASS' => '1'];
    }
    if (str_starts_with($name, 'laravel-')) {
        return laravel_environment($name, $place);
    }
    if (!str_starts_with($name, 'symfony-')) {
        return [];
    }
    $address = Servers::address('mysql', $place);
    [$host, $port] = explode(':', $address) + [1 => ''];
    $where = $host === 'unix' ? "unix_socket=$port" : "host=$host;port=$port";
    return [
        'BENCH_DSN' => "mysql:$where;dbname=" . getenv('RUSTDB_TEST_DATABASE'),
        'BENCH_USER' => getenv('RUSTDB_TEST_USER'),
        'BENCH_PASSWORD' => getenv('RUSTDB_TEST_PASSWORD'),
        'BENCH_TABLE' => table($name),
        'BENCH_LOCK' => explode('-', $name)[1],
        'BENCH_NEW' => str_ends_with($name, '-new') ? '1' : '0',
    ];
}

/** Each handler has a table of its own. */
function table(string $name): string
{
    return 'bench_' . strtr($name, '-', '_');
}

/** A connection with all rights; $place says to which of the two servers. */
function admin(Place $place): mysqli
{
    static $connections = [];
    $port = $place === Place::Ram ? getenv('BENCH_RAM_PORT') : getenv('RUSTDB_TEST_PORT');
    return $connections[$port] ??= new mysqli(
        getenv('RUSTDB_TEST_HOST'),
        getenv('RUSTDB_TEST_ADMIN_USER'),
        getenv('RUSTDB_TEST_ADMIN_PASSWORD'),
        getenv('RUSTDB_TEST_DATABASE'),
        (int) $port,
    );
}

function sessions_schema(): string
{
    $schema = preg_replace('/^--.*\n/m', '', file_get_contents(dirname(__DIR__) . '/examples/schema.sql'));
    // Sessions and leases, as rustdb makes them itself: where labels are used, each read looks for one.
    return implode(';', array_slice(explode(';', $schema), 0, 2));
}

/** Makes a handler's table, empty; rustdb's floor and modes have the same one. */
function make_table(string $table, Place $place, bool $symfony = false): void
{
    admin($place)->query("DROP TABLE IF EXISTS `$table`, `{$table}_lease`");
    // As createTable() makes it, but for the type of the data: a BLOB ends at 64 KiB.
    $statements = $symfony ? "CREATE TABLE `$table` (sess_id VARBINARY(128) NOT NULL PRIMARY KEY, sess_data LONGBLOB NOT NULL,
        sess_lifetime INTEGER UNSIGNED NOT NULL, sess_time INTEGER UNSIGNED NOT NULL, KEY EXPIRY (sess_lifetime))
        COLLATE utf8mb4_bin, ENGINE=InnoDB" : strtr(
            sessions_schema(),
            ['`rustdb_sessions' => "`$table"],
        );
    admin($place)->multi_query($statements);
    while (admin($place)->more_results()) {
        admin($place)->next_result();
    }
}

/** A log flush at each commit (1), or once a second (2). */
function set_flush(Place $place, int $flush): void
{
    admin($place)->query("SET GLOBAL innodb_flush_log_at_trx_commit=$flush");
}

/** A worker of a handler, with its table made anew. $table: another, existing one. */
function worker(string $name, Place $place, ?string $table = null): Worker
{
    $mysql = handlers()[$name]->needs === 'mysql';
    if ($mysql && $table === null) {
        make_table(table($name), $place, str_starts_with($name, 'symfony-'));
    }
    if (str_starts_with($name, 'floor')) {
        $way = ['floor' => 'raw', 'floor-busy' => 'busy', 'floor-late' => 'late', 'floor-crate' => 'crate'][$name];
        return new Worker("$name-worker", [
            getenv('BENCH_TOOLS') . '/floor', $way, Servers::address('mysql', $place), getenv('RUSTDB_TEST_USER'),
            getenv('RUSTDB_TEST_DATABASE'), $table ?? table($name),
        ], ['FLOOR_PASSWORD' => getenv('RUSTDB_TEST_PASSWORD')]);
    }
    $settings = settings($name, $place);
    $environment = environment($name, $place);
    if ($table !== null) {
        $settings = array_replace($settings, isset($settings['rustdb.table']) ? ['rustdb.table' => $table] : []);
        $environment = array_replace($environment, isset($environment['BENCH_TABLE']) ? ['BENCH_TABLE' => $table] : []);
    }
    return new Worker("$name-worker", php_command(library($name), $settings, [__DIR__ . '/worker.php']), $environment);
}

/** The command that runs PHP's CLI with the extensions of all handlers, this library of rustdb, and these settings. */
function php_command(string $library, array $settings, array $arguments): array
{
    $command = [getenv('PHP'), '-n', '-c', ini_file('cli'), '-d', "extension=$library"];
    foreach ($settings as $directive => $value) {
        array_push($command, '-d', "$directive=\"$value\"");
    }
    return [...$command, ...$arguments];
}

/** The folder of this PHP's extensions. */
function extensions(): string
{
    static $folder = null;
    return $folder ??= trim((string) shell_exec(escapeshellarg(getenv('PHP_CONFIG')) . ' --extension-dir'));
}

/** A php.ini with the extensions of the peers, the same for all handlers. */
function ini_file(string $name, bool $opcache = false): string
{
    $extensions = extensions();
    $lines = '';
    foreach (['mysqlnd', 'pdo', 'pdo_mysql', 'posix', 'igbinary', 'msgpack', 'redis', 'memcached'] as $extension) {
        $lines .= is_file("$extensions/$extension.so") ? "extension=$extensions/$extension.so\n" : '';
    }
    if ($opcache && is_file("$extensions/opcache.so")) {
        $lines .= "zend_extension=$extensions/opcache.so\nopcache.validate_timestamps=0\n";
    }
    $folder = folder();
    $settings = $lines . <<<INI
        error_reporting=E_ALL
        display_errors=0
        log_errors=1
        error_log=$folder/$name.php.log
        html_errors=0
        memory_limit=512M
        session.gc_probability=0
        session.gc_maxlifetime=1440
        session.cache_limiter=

        INI;
    // Not again: another worker may be reading it.
    if (@file_get_contents("$folder/$name.ini") !== $settings) {
        file_put_contents("$folder/$name.ini", $settings);
    }
    return "$folder/$name.ini";
}
