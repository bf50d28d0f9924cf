<?php
// Instructions of the PHP process per cycle, by callgrind: everything but the kernel and the server. The difference of
// two runs that differ by a number of cycles, so that starting up does not count.

declare(strict_types=1);

const CYCLES = 1000;

function instructions(Results $results): void
{
    set_flush(Place::Disk, 2);
    $symbols = SYMBOLS ? library_with_symbols() : null;
    $values = [];
    foreach (handlers_like('files', 'rustdb-row', 'rustdb-lease', 'redis', 'symfony-transaction') as $name) {
        worker($name, Place::Disk)->stop(); // makes its table
        $runs = ['base' => [], 'unchanged' => ['run unchanged ' . CYCLES], 'changed' => ['run changed ' . CYCLES]];
        $totals = [];
        foreach ($runs as $run => $commands) {
            $totals[$run] = callgrind($name, $run, $commands, $name === 'rustdb-row' ? $symbols : null);
        }
        foreach (['unchanged', 'changed'] as $kind) {
            $values[$kind][$name] = [($totals[$kind] - $totals['base']) / CYCLES];
        }
    }
    foreach ($values as $kind => $series) {
        $results->add(new Series('instructions', "instructions/$kind", "$kind cycle, 1 KiB", 'instructions', $series + above_files($series), ratios: false));
    }
}

/** The instructions of a worker that seeds, warms up and does what it is told. */
function callgrind(string $name, string $run, array $commands, ?string $library): int
{
    $file = folder() . "/callgrind.$name.$run";
    $command = php_command($library ?? library($name), settings($name, Place::Disk), [__DIR__ . '/../worker.php']);
    $worker = new Worker("callgrind-$name-$run", [
        'valgrind', '--tool=callgrind', "--callgrind-out-file=$file", ...$command,
    ], environment($name, Place::Disk));
    $worker->command("seed 50 994 $run");
    $worker->command('run unchanged 100');
    $worker->command('run changed 100');
    foreach ($commands as $line) {
        $worker->command($line);
    }
    $worker->finish();
    if (!preg_match('/^(?:totals|summary): (\d+)/m', file_get_contents($file), $found)) {
        throw new Exception("callgrind wrote no totals for $name");
    }
    if ($library !== null && $run !== 'base') {
        $list = (string) shell_exec('callgrind_annotate --inclusive=yes --threshold=99.9 ' . escapeshellarg($file) . ' 2>&1');
        $lines = array_filter(explode("\n", $list), fn(string $line) => str_contains($line, '%') && !str_contains($line, 'PROGRAM TOTALS'));
        $top = "Instructions of " . CYCLES . " $run cycles, of a hundred of each kind before them, and of the start of PHP; inclusive.\n\n"
            . implode("\n", array_slice($lines, 0, 150)) . "\n";
        file_put_contents(getenv('BENCH_OUT') . "/instructions-$run.txt", $top);
        echo "The functions that take most: target/bench/instructions-$run.txt\n";
    }
    return (int) $found[1];
}

/** The library once more, with its symbols in it. */
function library_with_symbols(): string
{
    $root = dirname(__DIR__, 2);
    echo "building the library with symbols\n";
    passthru('cd ' . escapeshellarg($root) . ' && CARGO_PROFILE_RELEASE_STRIP=none CARGO_PROFILE_RELEASE_DEBUG=1'
        . ' CARGO_PROFILE_RELEASE_SPLIT_DEBUGINFO=off cargo build -q --release --locked --target-dir target/bench-symbols', $status);
    if ($status !== 0) {
        throw new Exception('the library with symbols could not be built');
    }
    return "$root/target/bench-symbols/release/librustdb.so";
}
