<?php
// The results as Markdown, but for those of the part `tabs` (tabs.php).

declare(strict_types=1);

/** The parts that are in it. */
const TITLES = [
    'cycles' => 'Cycles in one PHP process, over 50 warm sessions',
    'handler_class' => 'Rustdb\\Handler, in one PHP process, over 50 warm sessions',
    'codecs' => 'Encrypted and compressed sessions, realistic data',
    'network' => 'The same with the servers on another machine',
    'pages' => 'Pages over nginx and php-fpm that do nothing but their session',
    'handover' => 'One session, 40 requests at once that hold it for 5 ms each',
    'visitors' => 'New visitors who never come back',
    'rows' => 'Many rows',
    'gc' => 'Garbage collection while requests run',
    'instructions' => 'Instructions of the PHP process per cycle',
    'memory' => 'Memory of a php-fpm worker',
];

function report(Results $results): string
{
    $text = "# Benchmark\n\nMade by `make bench" . (FULL ? '-full' : '') . "` in " . (int) ceil($results->seconds / 60)
        . " minutes. All handlers took turns (A B C C B A …), so that whatever else the machine did met all alike.\n\n"
        . machine_list($results) . "\n" . file_get_contents(__DIR__ . '/how_to_read.md') . bars_table($results, bars($results));
    foreach ($results->failed as $part => $why) {
        $text .= "\nThe part `$part` failed: $why\n";
    }
    $part = '';
    foreach ($results->series as $series) {
        if (!isset(TITLES[$series->part])) {
            continue;
        }
        if ($series->part !== $part) {
            $part = $series->part;
            $text .= "\n## " . TITLES[$part] . "\n";
        }
        $text .= table_of($series);
    }
    return $text;
}

function machine_list(Results $results): string
{
    $lines = array_map(fn(string $what) => "- $what: {$results->machine[$what]}\n", array_keys($results->machine));
    return implode('', $lines);
}

/** @param list<Bar> $bars */
function bars_table(Results $results, array $bars): string
{
    $text = "\n## Bars\n\n" . ($results->busy > QUIET ? "The machine was busy with other work: what follows says little.\n\n" : '')
        . "| bar | limit | measured | met |\n|---|---:|---:|---|\n";
    foreach ($bars as $bar) {
        $measured = $bar->measured === null ? '' : ($bar->unit === '×' ? sprintf('%.2f', $bar->measured) : number($bar->measured)) . " $bar->unit";
        $met = match ($bar->met) {
            true => 'yes',
            false => '**no**',
            null => 'not measured',
        };
        $text .= "| $bar->bar | $bar->limit | $measured | $met |\n";
    }
    return $text;
}

function table_of(Series $series): string
{
    $rounds = count(reset($series->values));
    $reference = $series->ratios && isset($series->values['rustdb-row']) && count($series->values) > 1 ? 'rustdb-row' : null;
    $text = "\n### $series->title\n\n" . ($series->note === '' ? '' : "$series->note\n\n")
        . "| | median, $series->unit | min–max |" . ($reference ? ' against rustdb, row |' : '') . "\n|---|---:|---:|"
        . ($reference ? "---:|\n" : "\n");
    foreach ($series->values as $name => $values) {
        $label = label($name);
        $text .= '| ' . (str_starts_with($label, 'rustdb') ? "**$label**" : $label) . ' | ' . number($series->median($name))
            . ' | ' . ($rounds > 1 ? number(min($values)) . '–' . number(max($values)) : '') . ' |'
            . ($reference ? sprintf(' %.2f |', $series->ratio($name, $reference)) : '') . "\n";
    }
    return $text . ($rounds > 1 ? "\n$rounds rounds.\n" : '');
}

/** A handler's label; a series may have rows like "rustdb-row, during gc". */
function label(string $name): string
{
    [$handler, $more] = explode(', ', $name, 2) + [1 => ''];
    return (handlers()[$handler]->label ?? $handler) . ($more === '' ? '' : ", $more");
}
