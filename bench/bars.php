<?php
// The bars: what rustdb has to reach, each within one run.

declare(strict_types=1);

final class Bar
{
    public readonly ?bool $met;

    public function __construct(
        public readonly string $bar,
        public readonly string $limit,
        public readonly ?float $measured,
        bool $met,
        public readonly string $unit = '×',
    ) {
        $this->met = $measured === null ? null : $met;
    }
}

/**
 * The floor that speaks as rustdb does: it awaits each answer before it sends the next statement. `floor-late` sends
 * the next SELECT before ROLLBACK is answered, which proxies such as ProxySQL do not take.
 */
const BAR_FLOOR = 'floor';

/** @return list<Bar> */
function bars(Results $results): array
{
    $bars = [];
    $ratio = function (string $key, string $to, float $limit, string $what, bool $at_least = false, string $of = 'rustdb-row') use ($results, &$bars) {
        $measured = ($results->series[$key] ?? null)?->ratio($of, $to);
        $label = str_starts_with($to, 'floor') ? 'the floor' : handlers()[$to]->label;
        $bars[] = new Bar("$what, against $label", ($at_least ? '≥ ' : '≤ ') . $limit, $measured,
            $at_least ? $measured >= $limit : $measured <= $limit);
    };
    $value = function (string $key, string $handler, float $limit, string $what, string $unit) use ($results, &$bars) {
        $series = $results->series[$key] ?? null;
        $measured = isset($series->values[$handler]) ? $series->median($handler) : null;
        $bars[] = new Bar($what, "≤ $limit", $measured, $measured <= $limit, $unit);
    };
    $unchanged = 'unchanged cycle, 1 KiB, Unix socket';
    $ratio('cycles/unchanged/1024/disk/2', BAR_FLOOR, 1.05, $unchanged);
    $ratio('cycles/unchanged/1024/disk/2', 'redis', 0.63, $unchanged);
    $changed = 'changed cycle, 1 KiB, Unix socket, log flush 2';
    $ratio('cycles/changed/1024/disk/2', BAR_FLOOR, 1.07, $changed);
    $ratio('cycles/changed/1024/disk/2', 'symfony-transaction', 0.72, $changed);
    $ratio('cycles/changed/1024/disk/2', 'redis', 1.45, $changed);
    // One round trip instead of two.
    $ratio('cycles/unchanged/1024/disk/2', 'rustdb-row', 0.65, "$unchanged, merge", of: 'rustdb-merge');
    $ratio('network/unchanged', 'rustdb-row', 0.55, 'unchanged cycle, delaying proxy, merge', of: 'rustdb-merge');
    foreach (['unchanged', 'changed'] as $kind) {
        foreach (['row', 'merge'] as $lock) {
            $ratio("handler_class/$kind/$lock", "rustdb-$lock", 1.05, "read and write of $kind data by Rustdb\\Handler, $lock", of: "class-$lock");
        }
    }
    foreach (['unchanged', 'changed'] as $kind) {
        $ratio("network/$kind", 'redis', 0.55, "$kind cycle, delaying proxy");
        $ratio("network/$kind", 'symfony-transaction', 0.55, "$kind cycle, delaying proxy");
        $ratio("network/$kind", BAR_FLOOR, 1.1, "$kind cycle, delaying proxy");
    }
    $ratio('pages/unchanged', 'redis', 1.2, 'pages/s, unchanged', true);
    $ratio('pages/unchanged', 'symfony-transaction', 1.8, 'pages/s, unchanged', true);
    $ratio('pages/changed', 'symfony-transaction', 1.25, 'pages/s, changed', true);
    $ratio('pages/changed', 'redis', 0.65, 'pages/s, changed', true);
    $value('handover', 'rustdb-row', 0.3, 'time lost per handover, row', 'ms');
    $value('handover', 'rustdb-lease', 3, 'time lost per handover, lease', 'ms');
    $many = ($results->series['rows/unchanged'] ?? null)?->ratio('rustdb-row, many rows', 'rustdb-row, 1,000 rows');
    $bars[] = new Bar('p50 with ' . (FULL ? '10 million' : '1 million') . ' rows, against 1,000 rows', '≤ 1.2', $many, $many <= 1.2);
    $p99 = ($results->series['gc/p99'] ?? null)?->ratio('rustdb-row, during gc', 'rustdb-row, without gc');
    $bars[] = new Bar('p99 of live requests during gc of ' . (FULL ? '1,000,000' : '100,000') . ' rows, against without', '≤ 3', $p99, $p99 <= 3);
    $trickle = ($results->series['gc/trickle'] ?? null)?->ratio('rustdb-row, during gc', 'rustdb-row, without gc');
    $bars[] = new Bar('p99 of live requests while 200 rows a second expire and are collected, against without gc', '≤ 1.5', $trickle, $trickle <= 1.5);
    $value('instructions/unchanged', 'rustdb-row, above files', 12000, 'own instructions per unchanged cycle', 'instructions');
    $value('instructions/changed', 'rustdb-row, above files', 20000, 'own instructions per changed cycle', 'instructions');
    $value('memory', 'rustdb-row, above files', 4096, 'extra resident memory of a worker after 10,000 requests', 'KiB');
    $value('memory/growth', 'rustdb-row', 256, 'its growth over the last 5,000 requests', 'KiB');
    return $bars;
}
