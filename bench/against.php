<?php
// A run against a commit: each workload's ratio of today's rustdb to that one, what it may be at most, and the report.

declare(strict_types=1);

const PARTS_AGAINST = ['cycles', 'network', 'handover', 'visitors', 'pages', 'instructions', 'memory'];

/** A workload and a mode => now / before in time, at most. What is not in it is measured and has no limit. */
const LIMITS = [
    'cycles/unchanged/1024/disk/2 row' => 1.10,
    'cycles/changed/1024/disk/2 row' => 1.10,
    'cycles/unchanged/1024/tcp/2 row' => 0.90,
    'cycles/changed/1024/tcp/2 row' => 1.00,
    'cycles/unchanged/65536/disk/2 row' => 1.15,
    'cycles/changed/65536/disk/2 row' => 1.25,
    'cycles/unchanged/65536/tcp/2 row' => 1.15,
    'cycles/changed/65536/tcp/2 row' => 1.25,
    'network/unchanged row' => 1.00,
    'network/changed row' => 1.00,
    'handover row' => 1.10,
    'handover lease' => 1.10,
    'pages/unchanged row' => 1.10,
    'pages/changed row' => 1.10,
];

/**
 * Each workload in each mode. `ratio` is the median of the rounds' ratios, in time (for what is better when it is more, turned
 * round); `from` and `to` are the bounds between which that median lies with 95 %: the noise.
 *
 * @return list<array{what: string, unit: string, now: float, before: float, ratio: ?float, from: ?float, to: ?float,
 *     limit: ?float, met: string}>
 */
function compared(Results $results): array
{
    $rows = [];
    foreach ($results->series as $series) {
        foreach (['row', 'lease'] as $mode) {
            [$now, $before] = ["rustdb-$mode", "before-$mode"];
            if (!isset($series->values[$now], $series->values[$before])) {
                continue;
            }
            $limit = LIMITS["$series->key $mode"] ?? null;
            $row = ['what' => "$mode: $series->title", 'unit' => $series->unit, 'now' => $series->median($now),
                'before' => $series->median($before), 'ratio' => null, 'from' => null, 'to' => null, 'limit' => $limit, 'met' => ''];
            [$upper, $lower] = $series->more_is_better ? [$before, $now] : [$now, $before];
            if (min($series->values[$lower]) > 0) {
                $row['ratio'] = $series->ratio($upper, $lower);
                if (count($series->values[$now]) > 1) {
                    [$row['from'], $row['to']] = bounds($series->ratios($upper, $lower));
                }
                $row['met'] = $limit === null ? '' : verdict($row['ratio'], $row['from'] ?? $row['ratio'], $limit);
            }
            $rows[] = $row;
        }
    }
    return $rows;
}

/** No limit has a tolerance: what is above it is either the noise of this run, which more rounds make smaller, or too slow. */
function verdict(float $ratio, float $from, float $limit): string
{
    return match (true) {
        $ratio <= $limit => 'yes',
        $from <= $limit => 'within the noise',
        default => 'no',
    };
}

/**
 * The bounds of the median with 95 %, whatever the distribution: as many of the lowest and of the highest values are left
 * out as so many throws of a coin leave heads below with at most 2.5 %. Of less than six values there are only the extremes.
 *
 * @return array{float, float}
 */
function bounds(array $values): array
{
    sort($values);
    $count = count($values);
    $out = 0;
    $probability = 0.5 ** $count;
    for ($sum = $probability; $sum <= 0.025; $sum += $probability) {
        $probability *= ($count - $out) / ($out + 1);
        $out++;
    }
    $out = max(0, $out - 1);
    return [$values[$out], $values[$count - 1 - $out]];
}

function against_report(Results $results): string
{
    $text = "# rustdb against itself\n\nToday's against " . substr(AGAINST, 0, 12) . ", in {$results->seconds} seconds."
        . " Both took turns in each round, in the same PHP, against the same servers, with a table of their own each.\n\n";
    foreach (['machine', 'MariaDB', 'PHP', 'other work on it'] as $what) {
        $text .= "- $what: {$results->machine[$what]}\n";
    }
    $text .= "\nnow / before: in time, the median of the rounds' ratios; noise: where that median lies with 95 %. *within the noise*: the"
        . " ratio is above its limit, and the limit is within the noise.\n\n"
        . "| | unit | now | before | now / before | noise | at most | met |\n|---|---|---:|---:|---:|---:|---:|---|\n";
    foreach (compared($results) as $row) {
        $ratio = fn(?float $value): string => $value === null ? '' : sprintf('%.3f', $value);
        $text .= "| {$row['what']} | {$row['unit']} | " . number($row['now']) . ' | ' . number($row['before']) . ' | ' . $ratio($row['ratio'])
            . ' | ' . ($row['from'] === null ? '' : "{$ratio($row['from'])}–{$ratio($row['to'])}") . ' | ' . ($row['limit'] === null ? '' : sprintf('%.2f', $row['limit']))
            . ' | ' . ($row['met'] === 'no' ? '**no**' : $row['met']) . " |\n";
    }
    foreach ($results->failed as $part => $why) {
        $text .= "\nThe part `$part` failed: $why\n";
    }
    return $text;
}
