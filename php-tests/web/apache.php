#!/usr/bin/env php
<?php
// Apache with mod_php: modules are loaded twice at start, again at every reload, and one process
// serves virtual hosts with different settings.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const MODULES = '/usr/lib/apache2/modules';

$version = trim((string) shell_exec(escapeshellarg(setting('PHP_CONFIG')) . ' --version'));
$module = MODULES . '/libphp' . implode('.', array_slice(explode('.', $version), 0, 2)) . '.so';
$missing = match (true) {
    !is_executable('/usr/sbin/apache2') => 'apache2 is not installed',
    !is_file($module) => "$module is not installed",
    !str_starts_with(PHP_EXTENSION_DIR, '/usr/lib/php/') => "$module is not of the PHP under test",
    default => null,
};
if ($missing !== null) {
    skip_file($missing);
}

[$port, $other] = [free_port(), free_port()];
$apache = apache($module, [$port => [], $other => ['rustdb.table' => 'rustdb_sessions_apache']]);
$http = new Http("http://127.0.0.1:$port");
$neighbour = new Http("http://127.0.0.1:$other");
$admin = admin();
Teardown::add(fn() => admin()->query('DROP TABLE IF EXISTS rustdb_sessions_apache'));

test('100 concurrent increments of one session are exact', function () use ($http): void {
    $sid = $http->get('/count.php?add=0')->sid;
    all_acknowledged($http->all(array_fill(0, 100, ['/count.php', $sid]), 30));
    equal(100, $http->get('/read.php', $sid)->value('n'), 'the stored counter');
});

test('virtual hosts with different tables have separate sessions in the same process', function () use ($http, $neighbour): void {
    $sid = 'shared-' . bin2hex(random_bytes(8));
    $pids = [];
    foreach ([[$http, 1], [$neighbour, 10]] as [$host, $add]) {
        $answers = $host->all(array_fill(0, 20, ["/count.php?add=$add", $sid]), 8);
        all_acknowledged($answers);
        $pids[] = array_map(fn(Answer $answer) => $answer->value('pid'), $answers);
    }
    equal(20, $http->get('/read.php', $sid)->value('n'), 'the counter of the first host');
    equal(200, $neighbour->get('/read.php', $sid)->value('n'), 'the counter of the second host');
    ensure(array_intersect(...$pids) !== [], 'no process has served both hosts');
});

test('graceful reloads under load lose nothing and refuse nobody', function () use ($http, $apache): void {
    $sids = array_map(fn() => $http->get('/count.php?add=0')->sid, range(1, 4));
    $requests = (function () use ($sids, $apache): Generator {
        for ($sent = 0; $sent < 300; $sent++) {
            if ($sent % 100 === 50) {
                $apache->signal(SIGUSR1);
            }
            yield ['/count.php', $sids[$sent % 4]];
        }
    })();
    $answers = $http->all($requests, 8);
    all_acknowledged($answers);
    foreach ($sids as $sid) {
        equal(75, $http->get('/read.php', $sid)->value('n'), 'a counter');
    }
    wait_until(fn() => substr_count(apache_log(), 'resuming normal operations') >= 4, 10, 'the reloads are through');
});

test('it stops cleanly, with nothing in its error log', function () use ($apache, $admin): void {
    equal(0, $apache->stop(SIGTERM), 'the exit status');
    $lines = preg_split('/\n/', apache_log() . $apache->logged(), -1, PREG_SPLIT_NO_EMPTY);
    // Started, its command line, reload, stopped. That a child crashed is a notice as well.
    equal([], array_values(preg_grep('/ AH00(163|094|171|169): /', $lines, PREG_GREP_INVERT)), 'other lines');
    wait_until(fn() => connections($admin) === [], 5, 'the connections have ended');
});

/**
 * Starts Apache with the given virtual hosts and waits until it answers.
 *
 * @param array<int, array> $hosts port => its php_admin_value settings
 */
function apache(string $module, array $hosts): Program
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
        'LoadModule mpm_prefork_module ' . MODULES . '/mod_mpm_prefork.so',
        'LoadModule authz_core_module ' . MODULES . '/mod_authz_core.so',
        "LoadModule php_module $module",
        "PHPIniDir $ini",
        'User www-data',
        'Group www-data',
        'StartServers 8',
        'MinSpareServers 1',
        'MaxSpareServers 20',
        'MaxRequestWorkers 20',
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
    $apache = new Program('apache', ['/usr/sbin/apache2', '-D', 'FOREGROUND', '-f', $config], ['PHP_INI_SCAN_DIR' => '']);
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
