<?php
// The machine in words, and the versions of everything; no names, no paths.

declare(strict_types=1);

/** @return array<string, string> what => in words */
function machine(): array
{
    $cpu = file_get_contents('/proc/cpuinfo');
    preg_match('/^model name\s*: (.*)$/m', $cpu, $model);
    $cores = substr_count($cpu, "\nprocessor") + (int) str_starts_with($cpu, 'processor');
    preg_match('/^MemTotal:\s+(\d+)/m', file_get_contents('/proc/meminfo'), $memory);
    $virtual = preg_match('/^flags\s*:.*\bhypervisor\b/m', $cpu) ? 'virtual machine, ' : '';
    $first_line = fn(string $command): string => trim(strtok((string) shell_exec("$command 2>&1"), "\n") ?: '?');
    $version = fn(string $text): string => preg_match('/\d+\.\d+[\w.]*/', $text, $found) ? $found[0] : '?';
    preg_match('/^PRETTY_NAME="(.*)"$/m', (string) @file_get_contents('/etc/os-release'), $system);
    preg_match('/^version = "(.*)"$/m', file_get_contents(dirname(__DIR__) . '/Cargo.toml'), $rustdb);
    $package = fn(string $name): string => explode('-', $first_line("dpkg-query -W -f='\${Version}' $name"))[0];
    return [
        'machine' => sprintf('%s%s, %d cores, %.0f GiB of memory', $virtual, $model[1] ?? php_uname('m'), $cores, $memory[1] / 1048576),
        'system' => ($system[1] ?? 'Linux') . ', kernel ' . php_uname('r'),
        'data on disk' => filesystem(folder()) . sprintf(', one fdatasync of 512 bytes takes %s µs (median)', number(sync_time())),
        'data on tmpfs' => filesystem(getenv('BENCH_RAM')),
        'MariaDB' => admin(Place::Disk)->query('SELECT VERSION()')->fetch_row()[0] . ', buffer pool '
            . admin(Place::Disk)->query('SELECT @@innodb_buffer_pool_size >> 20')->fetch_row()[0] . ' MiB, no binary log',
        'PHP' => PHP_VERSION . ', CLI and FPM with OPcache',
        'rustdb' => $rustdb[1] ?? '?',
        'phpredis' => $package('php' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '-redis') . ' with Redis '
            . $version($first_line('redis-server --version')) . ' (nothing is written to disk)',
        'php-memcached' => $package('php' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '-memcached') . ' with memcached '
            . $version($first_line('memcached --version')),
        'Symfony HttpFoundation' => $version($package('php-symfony-http-foundation')),
        'web' => 'nginx ' . $version($first_line('nginx -v')) . ', wrk ' . $package('wrk'),
        'date' => gmdate('Y-m-d'),
    ];
}

/** Which share of the processors somebody else keeps busy, of 1: for a look before the first part. */
function busy_share(): float
{
    $read = fn(): array => array_map('intval', array_slice(preg_split('/ +/', strtok(file_get_contents('/proc/stat'), "\n")), 1));
    $before = $read();
    sleep(2);
    $passed = array_map(fn(int $now, int $then) => $now - $then, $read(), $before);
    return 1 - ($passed[3] + $passed[4]) / array_sum($passed); // neither idle nor waiting for a disk
}

function filesystem(string $folder): string
{
    return trim((string) shell_exec('stat -f -c %T ' . escapeshellarg($folder))) === 'tmpfs'
        ? 'tmpfs'
        : trim((string) shell_exec('findmnt -n -o FSTYPE -T ' . escapeshellarg($folder)));
}

/** Microseconds of one small synchronous write beside the database's data. */
function sync_time(): float
{
    $file = fopen(folder() . '/sync', 'w');
    $times = [];
    for ($i = 0; $i < 50; $i++) {
        $begin = hrtime(true);
        fwrite($file, str_repeat('x', 512));
        fdatasync($file);
        $times[] = (hrtime(true) - $begin) / 1000;
    }
    return quantile($times, 0.5);
}
