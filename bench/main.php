<?php
// The benchmark's driver, called by bench/run: runs the parts, each of which interleaves its handlers, and writes
// the report. What is measured stands in parts/, what is compared in handlers.php, the bars in bars.php.

declare(strict_types=1);

error_reporting(E_ALL);
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
set_error_handler(function (int $level, string $text, string $file, int $line): bool {
    if (error_reporting() & $level) {
        throw new ErrorException($text, 0, $level, $file, $line);
    }
    return true;
});

require __DIR__ . '/programs.php';
require __DIR__ . '/handlers.php';
require __DIR__ . '/results.php';
require __DIR__ . '/rounds.php';
require __DIR__ . '/web.php';
require __DIR__ . '/machine.php';
require __DIR__ . '/bars.php';
require __DIR__ . '/report.php';
require __DIR__ . '/against.php';
require __DIR__ . '/plot.php';
require __DIR__ . '/tabs.php';
require __DIR__ . '/tabs_plot.php';
require __DIR__ . '/laravel.php';

const PARTS = ['cycles', 'handler_class', 'codecs', 'network', 'instructions', 'memory', 'handover', 'visitors', 'pages', 'tabs', 'laravel', 'rows', 'gc'];

$arguments = array_slice($argv, 1);
// The commit that today's rustdb is measured beside, instead of beside other handlers.
define('AGAINST', getenv('BENCH_AGAINST') ?: null);
$wanted = array_values(array_intersect(PARTS, $arguments)) ?: (AGAINST === null ? PARTS : PARTS_AGAINST);
define('FULL', in_array('--full', $arguments, true));
// Symbols cost a second build of the library: only who asks for it gets the list of functions.
define('SYMBOLS', (bool) getenv('RUSTDB_BENCH_SYMBOLS'));

/** Rounds of a workload; $usual is what it takes for steady medians within the ten minutes. */
function rounds(int $usual): int
{
    $usual = AGAINST === null ? $usual : max(10, $usual);
    return (int) (getenv('RUSTDB_BENCH_ROUNDS') ?: (FULL ? 2 * $usual : $usual));
}

/** Seconds of one handler in one round; $usual is in milliseconds. */
function slice(int $usual = AGAINST === null ? 40 : 200): float
{
    return (float) (getenv('RUSTDB_BENCH_SLICE') ?: $usual) / 1000;
}

$results = new Results();
$begin = microtime(true);
$results->busy = busy_share();
$failed = false;
foreach ($wanted as $part) {
    require_once __DIR__ . "/parts/$part.php";
    printf("\n== %s\n", $part);
    $since = microtime(true);
    try {
        $part($results);
    } catch (Throwable $error) {
        $failed = true;
        $results->failed[$part] = $error->getMessage();
        printf("FAILED: %s: %s (%s:%d)\n", $part, $error->getMessage(), basename($error->getFile()), $error->getLine());
    }
    Program::stop_all();
    printf("(%d s)\n", microtime(true) - $since);
}
$results->machine = machine() + ['other work on it' => sprintf(
    '%.0f %% of the processors were busy before the run%s',
    100 * $results->busy,
    $results->busy > QUIET ? ': **values of this run are not to be relied on**' : '',
)];
$results->seconds = (int) (microtime(true) - $begin);
$out = getenv('BENCH_OUT');
if (AGAINST !== null) {
    file_put_contents("$out/against.json", $results->json());
    file_put_contents("$out/against.md", $markdown = against_report($results));
    echo "\n", $markdown;
    exit($failed || in_array('no', array_column(compared($results), 'met'), true) ? 1 : 0);
}
file_put_contents("$out/results.json", $results->json());
// What README shows first is a report of its own, so that it can be measured again alone; Laravel's as well.
$reports = [];
if (array_diff($wanted, ['tabs', 'laravel']) !== []) {
    $reports['results'] = [report($results), plot($results)];
}
if (in_array('tabs', $wanted, true)) {
    $reports['tabs'] = [tabs_report($results), tabs_plot($results)];
}
if (in_array('laravel', $wanted, true)) {
    $reports['laravel'] = [laravel_report($results), null];
}
foreach ($reports as $name => [$markdown, $svg]) {
    $files = array_filter(["$name.md" => $markdown, "$name.svg" => $svg], is_string(...));
    foreach ($files as $file => $text) {
        file_put_contents("$out/$file", $text);
        if (in_array('--save', $arguments, true)) {
            @mkdir(__DIR__ . '/results');
            copy("$out/$file", __DIR__ . "/results/$file");
        }
    }
    echo "\n", $markdown;
}
exit($failed ? 1 : 0);
