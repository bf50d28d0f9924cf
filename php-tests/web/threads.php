#!/usr/bin/env php
<?php
// Threads: Apache's mpm_event with the mod_php of a ZTS build. One process serves 16 requests at a time, and its
// threads share the pool of connections.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const THREADS = 16;

// Beside the PHP of bin/zts-php; Debian has no such module.
$module = dirname(PHP_BINARY, 2) . '/lib/libphp.so';
$missing = match (true) {
    !PHP_ZTS => 'this PHP is not thread-safe',
    !is_executable('/usr/sbin/apache2') => 'apache2 is not installed',
    !is_file($module) => "there is no $module",
    default => null,
};
if ($missing !== null) {
    skip_file($missing);
}

// A virtual host for each lock mode, and one with fewer connections than threads. The database user of each tells its
// connections from those of the others.
$admin = admin();
$hosts = [];
$http = [];
$settings = ['row' => [], 'lease' => [], 'none' => [], 'few' => ['rustdb.lock' => 'row', 'rustdb.pool_size' => 4]];
foreach ($settings as $name => $values) {
    $user = "rustdb_$name";
    create_user($admin, $user);
    Teardown::add(fn() => drop_user(admin(), $user));
    $port = free_port();
    $hosts[$port] = $values + ['rustdb.lock' => $name, 'rustdb.user' => $user];
    $http[$name] = new Http("http://127.0.0.1:$port");
}
$apache = apache($module, 'event', [
    'StartServers 1',
    'ThreadsPerChild ' . THREADS,
    'MaxRequestWorkers ' . THREADS, // so there is one process, and a second one only while it takes over at a reload
    'MinSpareThreads 1',
    'MaxSpareThreads ' . THREADS,
], $hosts);

test(THREADS . ' requests hold a session each, all in one process', function () use ($http, $admin): void {
    $gates = array_map(fn() => new_gate(), range(1, THREADS));
    $answers = array_map(fn(string $gate) => $http['row']->send("/hold.php?gate=$gate"), $gates);
    $http['row']->until(fn() => !in_array(null, array_map(at_gate(...), $gates), true), 20, 'all are at their gates');
    equal(1, count(array_unique(array_map(at_gate(...), $gates))), 'how many processes serve them');
    // The dice of gc may have opened another one.
    $open = count(connections($admin, 'rustdb_row'));
    ensure($open >= THREADS && $open <= 2 * THREADS, "$open connections");
    array_map(open_gate(...), $gates);
    array_map($http['row']->wait(...), $answers);
    all_acknowledged($answers);
});

foreach (['row' => 2 * THREADS, 'lease' => 2 * THREADS, 'few' => 4] as $name => $most) {
    test("$name: 1,000 increments over 50 sessions are exact, over at most $most connections", function () use ($http, $admin, $name, $most): void {
        $sids = array_map(fn() => $http[$name]->get('/count.php?add=0')->sid, range(1, 50));
        $requests = array_map(fn(int $sent) => ['/count.php', $sids[$sent % 50]], range(1, 1000));
        shuffle($requests);
        $answers = $http[$name]->all($requests, 2 * THREADS);
        all_acknowledged($answers);
        equal(1, count(array_unique(array_map(fn(Answer $answer) => $answer->value('pid'), $answers))), 'processes');
        foreach ($sids as $sid) {
            equal(20, $http[$name]->get('/read.php', $sid)->value('n'), 'a counter');
        }
        $open = count(connections($admin, "rustdb_$name"));
        ensure($open > 1 && $open <= $most, "$open connections");
    });
}

test('row: 100 increments of one session are exact', fn() => count_one($http['row']));
test('lease: 100 increments of one session are exact', fn() => count_one($http['lease']));

test('none: sessions that nobody shares are exact', function () use ($http): void {
    $sids = array_map(fn() => $http['none']->get('/count.php?add=0')->sid, range(1, THREADS));
    for ($round = 1; $round <= 10; $round++) {
        $answers = $http['none']->all(array_map(fn(string $sid) => ['/count.php', $sid], $sids), THREADS);
        all_acknowledged($answers);
        equal([$round], array_values(array_unique(array_map(fn(Answer $answer) => $answer->value('n'), $answers))), 'counters');
    }
});

test('each thread keeps the settings of its own requests', function () use ($http): void {
    // A script changes lock_wait, in half of the requests; the others must not see it.
    $sid = $http['row']->get('/count.php?add=0')->sid;
    $holder = $http['row']->send('/hold.php?gate=' . ($gate = new_gate()), $sid);
    $http['row']->until(fn() => at_gate($gate) !== null, 10, 'the holder is at its gate');
    $paths = array_map(fn(int $i) => [$i % 2 ? '/count.php' : '/count.php?lock_wait=0', $sid], range(1, 10));
    $answers = array_map(fn(array $request) => $http['row']->send(...$request), $paths);
    [$patient, $impatient] = [[], []];
    foreach ($answers as $answer) {
        str_contains($answer->path, 'lock_wait') ? $impatient[] = $answer : $patient[] = $answer;
    }
    foreach ($impatient as $answer) {
        equal(500, $http['row']->wait($answer)->status, 'a request that does not wait: ' . $answer->summary());
    }
    equal([], array_filter($patient, fn(Answer $answer) => $answer->done), 'requests that wait and have ended');
    open_gate($gate);
    array_map($http['row']->wait(...), $patient);
    all_acknowledged([$http['row']->wait($holder), ...$patient]);
    equal(6, $http['row']->get('/read.php', $sid)->value('n'), 'the counter');
});

foreach (['row', 'lease'] as $name) {
    $title = "$name: requests amid a graceful reload end well, and those in the next process wait for them";
    test($title, function () use ($http, $apache, $admin, $name): void {
        $sids = array_map(fn() => $http[$name]->get('/count.php?add=0')->sid, range(1, THREADS / 2));
        $gates = array_map(fn() => new_gate(), $sids);
        $hold = fn(string $gate, string $sid) => $http[$name]->send("/hold.php?gate=$gate", $sid);
        $holders = array_map($hold, $gates, $sids);
        $http[$name]->until(fn() => !in_array(null, array_map(at_gate(...), $gates), true), 20, 'all are at their gates');
        $former = at_gate($gates[0]);
        $broken = broken_connections($admin);
        reload($apache);
        $next = $http[$name]->get('/count.php');
        ensure($next->status === 200 && $next->value('pid') !== $former, 'the next process serves: ' . $next->summary());
        $open = count(connections($admin, "rustdb_$name"));
        $waiting = array_map(fn(string $sid) => $http[$name]->send('/count.php', $sid), $sids);
        // The next process has made one connection; each that waits needs one at the same time.
        $http[$name]->until(fn() => count(connections($admin, "rustdb_$name")) >= $open + count($sids) - 1, 10, 'all wait');
        equal([], array_filter($waiting, fn(Answer $answer) => $answer->done), 'requests that did not wait');
        array_map(open_gate(...), $gates);
        array_map($http[$name]->wait(...), [...$holders, ...$waiting]);
        all_acknowledged([...$holders, ...$waiting]);
        equal([$former], pids($holders), 'the process of those that held');
        equal([$next->value('pid')], pids($waiting), 'the process of those that waited');
        foreach ($sids as $sid) {
            equal(2, $http[$name]->get('/read.php', $sid)->value('n'), 'a counter');
        }
        wait_until(fn() => !in_array($former, children_of($apache->pid), true), 10, 'the former process ends');
        // It came through MSHUTDOWN: whoever is killed does not say goodbye.
        equal($broken, broken_connections($admin), 'connections that broke off');
    });

    $title = "$name: graceful reloads under load lose nothing and refuse nobody";
    test($title, function () use ($http, $apache, $admin, $name): void {
        $broken = broken_connections($admin);
        $sids = array_map(fn() => $http[$name]->get('/count.php?add=0')->sid, range(1, 4));
        $requests = (function () use ($sids, $apache): Generator {
            for ($sent = 0; $sent < 300; $sent++) {
                if ($sent % 100 === 50) {
                    reload($apache);
                }
                yield ['/count.php', $sids[$sent % 4]];
            }
        })();
        all_acknowledged($http[$name]->all($requests, THREADS));
        foreach ($sids as $sid) {
            equal(75, $http[$name]->get('/read.php', $sid)->value('n'), 'a counter');
        }
        wait_until(fn() => count(children_of($apache->pid)) === 1, 20, 'the former process ends');
        equal($broken, broken_connections($admin), 'connections that broke off');
    });
}

test('it stops cleanly, with nothing in its error log', function () use ($apache, $admin, $settings): void {
    // At SIGTERM mpm_event closes its workers' sockets under them. One that a worker is freeing in this moment, after it
    // has sent its answer, crashes Apache in close_worker_sockets(), without PHP or rustdb on any stack.
    wait_until(fn() => idle($apache), 20, 'no thread works any more');
    equal(0, $apache->stop(SIGTERM), 'the exit status');
    // AH00484: all threads were busy, as they should.
    equal([], array_values(preg_grep('/ AH00484: /', unexpected_apache_lines($apache), PREG_GREP_INVERT)), 'other lines');
    foreach (array_keys($settings) as $name) {
        wait_until(fn() => connections($admin, "rustdb_$name") === [], 5, 'the connections have ended');
    }
});

/** Apache loads its modules and PHP anew; its process ends when it has served its requests, and the next one begins. */
function reload(Program $apache): void
{
    $reloads = substr_count(apache_log(), 'resuming normal operations');
    $apache->signal(SIGUSR1);
    wait_until(fn() => substr_count(apache_log(), 'resuming normal operations') > $reloads, 20, 'Apache reloads');
}

/** Whether all threads of Apache's processes sleep. */
function idle(Program $apache): bool
{
    foreach (children_of($apache->pid) as $pid) {
        foreach (glob("/proc/$pid/task/*/stat") as $file) {
            if (!str_contains((string) @file_get_contents($file), ') S ')) {
                return false;
            }
        }
    }
    return true;
}

/** Connections that ended without a goodbye, since the server's start. */
function broken_connections(mysqli $admin): int
{
    return (int) $admin->query("SHOW GLOBAL STATUS LIKE 'Aborted_clients'")->fetch_row()[1];
}

/** @param list<Answer> $answers */
function pids(array $answers): array
{
    return array_values(array_unique(array_map(fn(Answer $answer) => $answer->value('pid'), $answers)));
}

/** 100 requests at a time count in one session. */
function count_one(Http $http): void
{
    $sid = $http->get('/count.php?add=0')->sid;
    $answers = $http->all(array_fill(0, 100, ['/count.php', $sid]), 50);
    all_acknowledged($answers);
    $counts = array_map(fn(Answer $answer) => $answer->value('n'), $answers);
    sort($counts);
    equal(range(1, 100), $counts, 'what the answers counted');
}

/** A user with the rights of the suite's own. */
function create_user(mysqli $admin, string $user): void
{
    drop_user($admin, $user);
    foreach (['localhost', '127.0.0.1'] as $host) {
        $admin->query("CREATE USER '$user'@'$host' IDENTIFIED BY '" . setting('RUSTDB_TEST_PASSWORD') . "'");
        $admin->query("GRANT ALL ON " . setting('RUSTDB_TEST_DATABASE') . ".* TO '$user'@'$host'");
    }
}

function drop_user(mysqli $admin, string $user): void
{
    $admin->query("DROP USER IF EXISTS '$user'@'localhost','$user'@'127.0.0.1'");
}
