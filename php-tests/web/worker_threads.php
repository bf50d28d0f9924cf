#!/usr/bin/env php
<?php
// Worker scripts in threads, as FrankenPHP runs them: a PHP request that serves many and never ends, 16 of them in one
// process. worker_threads/workers.c does what its worker mode does between two requests.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const THREADS = 16;
const ROUNDS = 100;

$config = setting('PHP_CONFIG');
$missing = match (true) {
    !PHP_ZTS => 'this PHP is not thread-safe',
    !trim((string) shell_exec('command -v cc')) => 'there is no C compiler',
    default => null,
};
if ($missing !== null) {
    skip_file($missing);
}
$module = folder() . '/workers.so';
$source = __DIR__ . '/worker_threads/workers.c';
$includes = trim((string) shell_exec(escapeshellarg($config) . ' --includes'));
exec("cc -shared -fPIC -O1 $includes -o $module $source 2>&1", $said, $status);
equal(0, $status, implode("\n", $said));

$admin = admin();
foreach (['row', 'lease', 'handler'] as $mode) {
    test("$mode: what " . THREADS . ' worker scripts count in 20 sessions is exact, though no request of PHP ends', function () use ($admin, $mode, $module): void {
        $ids = array_map(fn() => bin2hex(random_bytes(16)), range(1, 20));
        $ini = write_ini("workers-$mode", rustdb_settings([
            'rustdb.lock' => $mode === 'handler' ? 'row' : $mode,
            'rustdb.table' => "workers_$mode",
            'session.use_cookies' => '0',
            'session.cache_limiter' => '',
            'session.serialize_handler' => 'php_serialize',
        ]));
        $counted = folder() . "/counted-$mode";
        $script = __DIR__ . '/worker_threads/worker.php';
        $threads = new Program(
            "workers-$mode",
            [PHP_BINARY, '-n', '-c', $ini, '-d', "extension=$module", '-r', 'exit(run_in_threads(' . THREADS . ", '$script') - " . THREADS . ');'],
            ['IDS' => implode(',', $ids), 'MODE' => $mode, 'ROUNDS' => ROUNDS, 'COUNTED' => $counted],
        );
        wait_until(fn() => $threads->ended() !== null, 120, 'all threads have ended');
        equal([0, ''], [$threads->ended(), trim($threads->logged())], 'how the process ended, and what it said');
        $done = file($counted, FILE_IGNORE_NEW_LINES);
        equal(THREADS, count($done), 'how many worker scripts came to their end');
        $stored = 0;
        foreach ($ids as $id) {
            $data = column($admin, "SELECT data FROM workers_$mode WHERE id = UNHEX(SHA2('$id', 256))")[0] ?? 'a:0:{}';
            $stored += unserialize($data)['n'] ?? 0;
        }
        equal(array_sum($done), $stored, 'what all sessions have counted');
        ensure($stored > 0, 'nothing was counted');
        equal([], connections($admin), 'connections that are left open');
    });
}

no_worker_crashed();
