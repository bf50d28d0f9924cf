<?php
// The part `laravel`: what it compares, its bars and its report. Requests, work and workers are those of `tabs` (tabs.php).

declare(strict_types=1);

/** Laravel's session drivers. */
const LARAVEL_HANDLERS = ['laravel-rustdb', 'laravel-file', 'laravel-database', 'laravel-redis', 'laravel-block'];

/** The extensions that the framework needs beside those of the peers, as php-fpm's arguments; none for pools without it. */
function laravel_extensions(array $names): array
{
    if (preg_grep('/^laravel-/', $names) === []) {
        return [];
    }
    $files = array_map(fn(string $name) => extensions() . "/$name.so", ['ctype', 'fileinfo', 'iconv', 'mbstring', 'tokenizer']);
    return array_merge(...array_map(fn(string $file) => is_file($file) ? ['-d', "extension=$file"] : [], $files));
}

/** What the application (php-tests/apps/laravel) is told of a driver, as environment. */
function laravel_environment(string $name, Place $place): array
{
    $storage = folder() . "/$name";
    foreach (['framework/sessions', 'framework/views', 'logs'] as $folder) {
        is_dir("$storage/$folder") || mkdir("$storage/$folder", recursive: true);
    }
    $environment = [
        'LARAVEL_STORAGE' => $storage,
        'APP_SERVICES_CACHE' => "$storage/services.php",
        'APP_PACKAGES_CACHE' => "$storage/packages.php",
        'SESSION_DRIVER' => $name === 'laravel-block' ? 'database' : substr($name, strlen('laravel-')),
        'DB_SOCKET' => substr(Servers::address('mysql', $place), strlen('unix:')),
        'DB_DATABASE' => getenv('RUSTDB_TEST_DATABASE'),
        'DB_USERNAME' => getenv('RUSTDB_TEST_USER'),
        'DB_PASSWORD' => getenv('RUSTDB_TEST_PASSWORD'),
        // Where ->block() has its locks.
        'CACHE_DRIVER' => $name === 'laravel-block' ? 'database' : 'array',
    ];
    return $environment + ($name === 'laravel-redis' ? [
        'SESSION_CONNECTION' => 'default',
        'REDIS_HOST' => substr(Servers::address('redis', $place), strlen('unix:')),
    ] : []);
}

/** The tables of Laravel's own drivers, as `php artisan session:table` and `cache:table` make them. */
function make_laravel_tables(Place $place): void
{
    foreach ([
        'sessions' => 'id VARCHAR(255) PRIMARY KEY, user_id BIGINT UNSIGNED NULL, ip_address VARCHAR(45) NULL, user_agent TEXT NULL,
            payload TEXT NOT NULL, last_activity INT NOT NULL, KEY (user_id), KEY (last_activity)',
        'cache' => '`key` VARCHAR(255) PRIMARY KEY, value MEDIUMTEXT NOT NULL, expiration INT NOT NULL',
        'cache_locks' => '`key` VARCHAR(255) PRIMARY KEY, owner VARCHAR(255) NOT NULL, expiration INT NOT NULL',
    ] as $table => $columns) {
        admin($place)->query("DROP TABLE IF EXISTS `$table`");
        admin($place)->query("CREATE TABLE `$table` ($columns) ENGINE=InnoDB COLLATE utf8mb4_unicode_ci");
    }
}

/** @return list<Bar> */
function laravel_bars(Results $results): array
{
    $bars = [];
    foreach (TABS_REQUESTS as $requests) {
        $what = "$requests requests at once, Laravel on rustdb";
        $ratio = ($results->series["laravel/$requests/time"] ?? null)?->ratio('laravel-rustdb', 'laravel-file');
        $bars[] = new Bar("$what: time, against its driver file", '≤ 1.15', $ratio, $ratio <= 1.15);
        array_push($bars, ...nothing_bad($results, 'laravel', $requests, 'laravel-rustdb', $what));
    }
    return $bars;
}

function laravel_report(Results $results): string
{
    [$workers, $work] = [TABS_WORKERS, TABS_WORK];
    return <<<MARKDOWN
        # Many requests of one Laravel session at once

        Made by `bench/run laravel`. All drivers took turns, each over $workers php-fpm workers, half of them under each of two masters
        behind nginx. All requests are sent before the first is answered; each works for $work ms and puts a key of its own into the
        session. Laravel 8.83 as Debian packs it, the application php-tests/apps/laravel, with OPcache and without a cache of its
        configuration and routes: what the framework itself takes of the processors counts for all alike. The connections of its drivers
        database and redis are as it makes them, new ones for each request.


        MARKDOWN . machine_list($results) . bars_table($results, laravel_bars($results))
        . (isset($results->failed['laravel']) ? "\nIt failed: {$results->failed['laravel']}\n" : '')
        . "\n## Results\n\n" . tabs_table($results, 'laravel', LARAVEL_HANDLERS) . <<<MARKDOWN

        Time until all are answered, the median of the rounds (three of `->block()`); × ideal: of the time that $workers workers need
        where nobody waits and nothing else takes time; keys missing: of as many as there are requests, the median; failed: the most in
        a round. The driver `file` serves both masters from one folder, so they are on one machine. `->block()` has its locks in the
        database, asks for them every 50 ms and gives up after ten seconds, as it does by itself; a request of it that fails has waited
        for longer, or was the database's choice to end a deadlock among those that ask.

        MARKDOWN;
}
