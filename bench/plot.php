<?php
// The plot: horizontal bars, grouped by workload, with whiskers from the least to the greatest round. Plain SVG that
// follows the reader's light or dark theme.

declare(strict_types=1);

/** What the plot shows: series => handlers. More would not be readable. */
const PLOTTED = [
    'cycles/unchanged/1024/disk/2',
    'cycles/changed/1024/disk/2',
    'network/unchanged',
    'network/changed',
];
const PLOTTED_HANDLERS = [
    'floor', 'rustdb-row', 'rustdb-merge', 'rustdb-lease', 'symfony-transaction', 'symfony-transaction-new', 'redis', 'memcached', 'files',
];

function plot(Results $results): string
{
    [$width, $left, $right, $line] = [860, 330, 90, 24];
    $y = 10;
    $body = '';
    foreach (PLOTTED as $key) {
        $series = $results->series[$key] ?? null;
        if ($series === null) {
            continue;
        }
        $names = array_values(array_intersect(PLOTTED_HANDLERS, array_keys($series->values)));
        $longest = max(array_map(fn(string $name) => $series->median($name), $names));
        // One bad round must not make all bars short.
        $longest = min(1.4 * $longest, max(array_map(fn(string $name) => max($series->values[$name]), $names)));
        $scale = ($width - $left - $right) / $longest;
        $y += 30;
        $body .= sprintf('<text class="title" x="0" y="%d">%s, µs</text>', $y - 8, htmlspecialchars($series->title));
        foreach ($names as $name) {
            $median = $series->median($name);
            $class = match (true) {
                str_starts_with($name, 'rustdb') => 'ours',
                $name === 'floor' => 'floor',
                default => 'other',
            };
            [$low, $high] = [min($series->values[$name]) * $scale, min(max($series->values[$name]), $longest) * $scale];
            $middle = $y + $line / 2;
            $body .= sprintf('<text class="label" x="%d" y="%.1f">%s</text>', $left - 8, $middle + 5, htmlspecialchars(handlers()[$name]->label))
                . sprintf('<rect class="%s" x="%d" y="%.1f" width="%.1f" height="%d"/>', $class, $left, $y + 3, $median * $scale, $line - 6)
                . sprintf('<path class="whisker" d="M%.1f %.1fV%.1fM%.1f %.1fH%.1fM%.1f %.1fV%.1f"/>',
                    $left + $low, $middle - 4, $middle + 4, $left + $low, $middle, $left + $high, $left + $high, $middle - 4, $middle + 4)
                . sprintf('<text class="value" x="%.1f" y="%.1f">%s</text>', $left + max($median * $scale, $high) + 6, $middle + 5, number($median));
            $y += $line;
        }
    }
    $y += 34;
    $body .= sprintf('<text class="foot" x="0" y="%d">Medians, shorter is better; whiskers: least and greatest round, cut off at 1.4 times the longest bar.</text>', $y - 14)
        . sprintf('<text class="foot" x="0" y="%d">%s · %s</text>', $y + 4, htmlspecialchars($results->machine['machine']), $results->machine['date']);
    $height = $y + 14;
    return <<<SVG
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" role="img" aria-label="Microseconds per session cycle">
        <style>
        text { font: 14px system-ui, sans-serif; fill: #24292f }
        .title { font-size: 16px; font-weight: 600 }
        .label { text-anchor: end }
        .foot { font-size: 13px; fill: #57606a }
        .ours { fill: #1f6feb }
        .floor { fill: #8c959f }
        .other { fill: #d29922 }
        .whisker { fill: none; stroke: #24292f; stroke-width: 1.5 }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .foot { fill: #9198a1 }
        .whisker { stroke: #e6edf3 }
        }
        </style>
        $body
        </svg>

        SVG;
}
