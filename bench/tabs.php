<?php
// The part `tabs`: what it compares, its bars and its report. The plot of it: tabs_plot.php.

declare(strict_types=1);

/** Requests at once. */
const TABS_REQUESTS = [10, 100];
/** What a request works for between session_start() and session_write_close(), in ms. */
const TABS_WORK = 100;
/** php-fpm workers of each handler, half of them under each of two masters. */
const TABS_WORKERS = 20;
/** The handlers, by what becomes of requests of one session that come at once. */
const TABS_HANDLERS = [
    'nobody waits, and what each changed is kept' => ['rustdb-merge'],
    'locks: one after the other' => ['rustdb-row', 'symfony-transaction', 'redis', 'files'],
    'no locks: they overwrite each other' => ['rustdb-none', 'symfony-none', 'redis-none'],
];

/** Milliseconds until so many requests are answered if none waits for anything but a worker. */
function tabs_ideal(int $requests): float
{
    return $requests * TABS_WORK / min($requests, TABS_WORKERS);
}

/** @return list<string> the handlers that were measured, in the order of TABS_HANDLERS */
function tabs_names(Results $results): array
{
    $measured = array_keys($results->series['tabs/' . TABS_REQUESTS[0] . '/time']->values ?? []);
    return array_values(array_intersect(array_merge(...array_values(TABS_HANDLERS)), $measured));
}

/** @return list<Bar> */
function tabs_bars(Results $results): array
{
    $bars = [];
    foreach (TABS_REQUESTS as $requests) {
        $time = $results->series["tabs/$requests/time"] ?? null;
        $what = "$requests requests at once, rustdb, merge";
        $to_none = $time?->ratio('rustdb-merge', 'rustdb-none');
        $bars[] = new Bar("$what: time, against rustdb, none", '≤ 1.15', $to_none, $to_none <= 1.15);
        $merge = isset($time->values['rustdb-merge']) ? $time->median('rustdb-merge') / tabs_ideal($requests) : null;
        $bars[] = new Bar("$what: time, against the ideal", '≤ 1.3', $merge, $merge <= 1.3);
        array_push($bars, ...nothing_bad($results, 'tabs', $requests, 'rustdb-merge', $what));
    }
    return $bars;
}

/** The bars of what may not happen at all: keys that are missing, and requests that have failed. @return list<Bar> */
function nothing_bad(Results $results, string $part, int $requests, string $name, string $what): array
{
    $bars = [];
    foreach (['missing' => 'keys', 'failed' => 'requests'] as $bad => $unit) {
        $values = $results->series["$part/$requests/$bad"]->values[$name] ?? null;
        $most = $values === null ? null : max($values);
        $bars[] = new Bar("$what: $unit $bad in the worst round", '0', $most, $most == 0, $unit);
    }
    return $bars;
}

function tabs_report(Results $results): string
{
    [$workers, $work] = [TABS_WORKERS, TABS_WORK];
    $text = <<<MARKDOWN
        # Many requests of one session at once

        Made by `bench/run tabs`. All handlers took turns, each over $workers php-fpm workers, half of them under each of two masters
        behind nginx. All requests are sent before the first is answered; each starts the session, works for $work ms, stores a key
        of its own and closes the session.


        MARKDOWN . machine_list($results) . bars_table($results, tabs_bars($results));
    if (isset($results->failed['tabs'])) {
        $text .= "\nIt failed: {$results->failed['tabs']}\n";
    }
    return $text . "\n## Results\n\n" . tabs_table($results, 'tabs', tabs_names($results)) . <<<MARKDOWN

        Time until all are answered, the median of the rounds (those with locks have three, since they hardly waver); × ideal: of
        the time that $workers workers need where nobody waits; keys missing: of as many as there are requests, the median; failed: the
        most in a round. `files` serves both masters from one folder, so they are on one machine.

        MARKDOWN;
}

/** @param list<string> $names  those that were not measured are left out */
function tabs_table(Results $results, string $part, array $names): string
{
    $measured = array_filter(TABS_REQUESTS, fn(int $requests) => isset($results->series["$part/$requests/failed"]));
    $text = '| |' . implode('', array_map(fn(int $requests) => " $requests at once, ms | × ideal | keys missing | failed |", $measured))
        . "\n|---|" . str_repeat('---:|', 4 * count($measured)) . "\n";
    foreach (array_intersect($names, array_keys(($results->series["$part/" . reset($measured) . '/failed'] ?? null)?->values ?? [])) as $name) {
        $label = label($name);
        $text .= '| ' . (str_starts_with($label, 'rustdb') ? "**$label**" : $label) . ' |';
        foreach ($measured as $requests) {
            $of = fn(string $what): Series => $results->series["$part/$requests/$what"];
            $text .= sprintf(
                ' %s | %.2f | %s | %d |',
                number_format($of('time')->median($name)),
                $of('time')->median($name) / tabs_ideal($requests),
                round($of('missing')->median($name)),
                max($of('failed')->values[$name]),
            );
        }
        $text .= "\n";
    }
    return $text;
}
