<?php
// Rustdb\status() as text for Prometheus. Copy it to where only your monitoring may ask for it (nginx: allow, deny).
//
// The numbers are those of the process that answers: with php-fpm one worker, another one at each scrape. So every series carries
// host and pid, and counters only grow within it. Ratios are right as they are, as the mean wait for a lock:
//   sum(rate(rustdb_lock_wait_seconds_total[1h])) / sum(rate(rustdb_reads_total[1h]))
// A sum over the pool is right where the range is long enough to meet each worker twice: with 20 workers and a scrape every
// 15 seconds take an hour. A threaded PHP (Apache's event MPM, FrankenPHP) has one process, or a few, and numbers for all of it.
header('Content-Type: text/plain; version=0.0.4; charset=utf-8');
$label = fn(string $name, mixed $value): string => "$name=\"" . addcslashes((string) $value, "\\\"\n") . '"';
$process = $label('host', gethostname()) . ',' . $label('pid', getmypid());
$say = fn(string $name, string $type, int|float $value, string $labels = '') =>
    printf("# TYPE rustdb_%1\$s %2\$s\nrustdb_%1\$s{%3\$s} %4\$s\n", $name, $type, $process . $labels, $value);
$status = Rustdb\status() ?: ['pool' => [], 'counters' => []]; // empty where the configuration is wrong: PHP's log says how
$about = array_filter($status, fn(mixed $value) => !is_array($value));
$say('info', 'gauge', 1, implode(array_map(fn($name, $value) => ',' . $label($name, $value), array_keys($about), $about)));
foreach ($status['pool'] as $name => $value) {
    $name === 'waits' ? $say('pool_waits_total', 'counter', $value) : $say("pool_$name", 'gauge', $value);
}
foreach ($status['counters'] as $name => $value) {
    $name === 'lock_wait_us' ? $say('lock_wait_seconds_total', 'counter', $value / 1e6) : $say("{$name}_total", 'counter', $value);
}
