<?php
// The plot of the part `tabs`, the first figure of README: two columns, how long it takes and what is lost. It is narrow, so that
// its words can be read on a phone, and brings its own background, for pages whose theme is not the reader's system's.

declare(strict_types=1);

/** The number of requests at once that the plot shows. */
const TABS_PLOTTED = 100;
/** Handlers by the few words that there is room for. */
const TABS_LABELS = [
    'rustdb-merge' => 'rustdb, merge',
    'rustdb-row' => 'rustdb, row',
    'rustdb-none' => 'rustdb, none',
    'symfony-transaction' => 'Symfony',
    'symfony-none' => 'Symfony',
    'redis' => 'phpredis',
    'redis-none' => 'phpredis',
    'files' => 'files, one server',
];

function tabs_plot(Results $results): string
{
    $time = $results->series['tabs/' . TABS_PLOTTED . '/time'] ?? null;
    if ($time === null) {
        return '';
    }
    $missing = $results->series['tabs/' . TABS_PLOTTED . '/missing'];
    // Columns: labels, seconds, keys; each value stands at the end of its bar.
    [$width, $line, $seconds, $lost, $bar] = [400, 24, 136, 286, 78];
    $longest = max(array_map(fn(string $name) => $time->median($name), tabs_names($results)));
    $body = sprintf('<text class="title" x="16" y="30">%d requests of one session at once</text>', TABS_PLOTTED)
        . sprintf('<text class="head" x="%d" y="58">all answered after</text>', $seconds)
        . sprintf('<text class="head" x="%d" y="58">keys lost of %d</text>', $lost, TABS_PLOTTED);
    $y = 66;
    foreach (TABS_HANDLERS as $group => $members) {
        $names = array_intersect($members, array_keys($time->values));
        if ($names === []) {
            continue;
        }
        $ours = $names === ['rustdb-merge'] ? ' ours' : '';
        $body .= ($ours ? sprintf('<rect class="band" x="8" y="%d" width="%d" height="48" rx="4"/>', $y, $width - 16) : '')
            . sprintf('<text class="group" x="16" y="%d">%s</text>', $y + 16, $group);
        $y += 20;
        foreach ($names as $name) {
            $body .= sprintf('<text class="label%s" x="16" y="%d">%s</text>', $ours, $y + 17, TABS_LABELS[$name])
                . tabs_bar("time$ours", $seconds, $y, $bar * $time->median($name) / $longest, sprintf('%.1f s', $time->median($name) / 1000), $ours)
                . tabs_bar('lost', $lost, $y, $bar * $missing->median($name) / TABS_PLOTTED, (string) round($missing->median($name)), $ours);
            $y += $line;
        }
        $y += 10;
    }
    $foot = sprintf('Each works for %d ms and stores a key of its own,', TABS_WORK);
    $more = sprintf('on %d php-fpm workers: %.1f s if nobody waits.', TABS_WORKERS, tabs_ideal(TABS_PLOTTED) / 1000);
    [$first, $second, $height] = [$y + 14, $y + 31, $y + 46];
    $inner = $height - 1;
    return <<<SVG
        <svg xmlns="http://www.w3.org/2000/svg" width="560" viewBox="0 0 $width $height" role="img" aria-label="Time and lost keys of many requests of one session at once">
        <style>
        text { font: 14px system-ui, sans-serif; fill: #24292f }
        .page { fill: #ffffff; stroke: #d0d7de }
        .title { font-size: 17px; font-weight: 600 }
        .head, .group, .foot { font-size: 12.5px; fill: #57606a }
        .ours { font-weight: 700 }
        .band { fill: #ddf4ff }
        .time { fill: #d29922 }
        .time.ours { fill: #1f6feb }
        .lost { fill: #cf222e }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .page { fill: #0d1117; stroke: #3d444d }
        .head, .group, .foot { fill: #9198a1 }
        .band { fill: #12304f }
        .time.ours { fill: #58a6ff }
        .lost { fill: #f85149 }
        }
        </style>
        <rect class="page" x="0.5" y="0.5" width="399" height="$inner" rx="8"/>
        $body
        <text class="foot" x="16" y="$first">$foot</text>
        <text class="foot" x="16" y="$second">$more</text>
        </svg>

        SVG;
}

/** A bar that ends in its value; none where there is nothing to show, only the value. */
function tabs_bar(string $class, int $x, int $y, float $width, string $value, string $ours): string
{
    return ($width > 0 ? sprintf('<rect class="%s" x="%d" y="%d" width="%.1f" height="16" rx="2"/>', $class, $x, $y + 4, max(2, $width)) : '')
        . sprintf('<text class="value%s" x="%.1f" y="%d">%s</text>', $ours, $x + ($width > 0 ? max(2, $width) + 5 : 0), $y + 17, $value);
}
