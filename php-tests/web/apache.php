#!/usr/bin/env php
<?php
// Apache with mod_php: modules are loaded twice at start, again at every reload, and one process
// serves virtual hosts with different settings.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$version = trim((string) shell_exec(escapeshellarg(setting('PHP_CONFIG')) . ' --version'));
$module = APACHE_MODULES . '/libphp' . implode('.', array_slice(explode('.', $version), 0, 2)) . '.so';
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
$prefork = ['StartServers 8', 'MinSpareServers 1', 'MaxSpareServers 20', 'MaxRequestWorkers 20'];
$apache = apache($module, 'prefork', $prefork, [$port => [], $other => ['rustdb.table' => 'rustdb_sessions_apache']]);
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
    equal([], unexpected_apache_lines($apache), 'other lines');
    wait_until(fn() => connections($admin) === [], 5, 'the connections have ended');
});
