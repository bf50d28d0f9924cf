--TEST--
examples/metrics.php tells all that Rustdb\status() does, in Prometheus' text format
--SKIPIF--
<?php if (!getenv('RUSTDB_ROOT')) die('skip RUSTDB_ROOT does not say where the sources are'); ?>
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** What the example prints: [name => [type, labels, value]], parsed as strictly as Prometheus does. */
function metrics(): array
{
    ob_start();
    include getenv('RUSTDB_ROOT') . '/examples/metrics.php';
    $text = ob_get_clean();
    $found = [];
    $name = '[a-z][a-z_]*';
    $label = '[a-z_]+="(?:[^"\\\\\n]|\\\\["\\\\n])*"';
    while ($text !== '') {
        if (!preg_match("/^# TYPE ($name) (counter|gauge)\n\\1\{($label(?:,$label)*)\} (\d+(?:\.\d+)?(?:E-\d+)?)\n/", $text, $match)) {
            die("Prometheus would stop at: $text");
        }
        $text = substr($text, strlen($match[0]));
        preg_match_all('/([a-z_]+)="((?:[^"\\\\]|\\\\.)*)"/', $match[3], $labels);
        if (isset($found[$match[1]])) {
            die("twice: $match[1]");
        }
        $found[$match[1]] = [$match[2], array_combine($labels[1], array_map('stripcslashes', $labels[2])), (float) $match[4]];
    }
    return $found;
}

session_id(store_session(['n' => 1]));
session_start();
$held = metrics();
session_write_close();
$holder = hold_row(session_id());
ini_set('rustdb.lock_wait', '1');
@session_start(); // waits, so that lock_wait_us is something
$holder->rollback();

$status = Rustdb\status();
$metrics = metrics();
foreach ($status['counters'] as $name => $value) {
    [$name, $value] = $name === 'lock_wait_us' ? ['lock_wait_seconds', $value / 1e6] : [$name, (float) $value];
    [$type, , $told] = $metrics["rustdb_{$name}_total"];
    if ($type !== 'counter' || abs($told - $value) > 1e-9) {
        echo "$name: $value in status(), but $type $told\n";
    }
}
foreach (['size', 'in_use', 'idle'] as $name) {
    if ($metrics["rustdb_pool_$name"][0] !== 'gauge' || $metrics["rustdb_pool_$name"][2] !== (float) $status['pool'][$name]) {
        echo "pool: $name\n";
    }
}
// Beside info, nothing else and nothing less: one for each counter and each number of the pool.
var_dump(count($metrics) === 1 + count($status['counters']) + count($status['pool']));
var_dump($held['rustdb_pool_in_use'][2], $metrics['rustdb_lock_wait_seconds_total'][2] >= 0.9);
$process = ['host' => gethostname(), 'pid' => (string) getmypid()];
foreach ($metrics as $name => [, $labels]) {
    if (array_slice($labels, 0, 2) !== $process || ($name !== 'rustdb_info' && count($labels) > 2)) {
        echo "labels of $name\n";
    }
}
foreach (['version', 'server', 'server_version', 'table', 'lock'] as $name) {
    if ($metrics['rustdb_info'][1][$name] !== $status[$name]) {
        echo "$name in info\n";
    }
}

// A wrong configuration, which Rustdb\status() warns of: what is left is the one line about the process.
$code = '@include getenv("RUSTDB_ROOT") . "/examples/metrics.php";';
echo preg_replace('/"[^"]*"/', '""', (new OtherProcess($code, [], ['rustdb.gc_batch' => '0']))->end());
?>
--EXPECT--
bool(true)
float(1)
bool(true)
# TYPE rustdb_info gauge
rustdb_info{host="",pid=""} 1
