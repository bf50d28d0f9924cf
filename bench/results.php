<?php
// What was measured. A series is one workload with a row of values for each handler, one value per round, so that a
// ratio of two handlers is taken within each round.

declare(strict_types=1);

/** Up to this share of busy processors a run counts as undisturbed. */
const QUIET = 0.1;

final class Series
{
    /** @param array<string, list<float>> $values  handler => value of each round */
    public function __construct(
        public readonly string $part,
        public readonly string $key,
        public readonly string $title,
        public readonly string $unit,
        public array $values,
        public readonly bool $more_is_better = false,
        public readonly string $note = '',
        /** Whether ratios of its handlers mean something. */
        public readonly bool $ratios = true,
    ) {}

    public function median(string $handler): float
    {
        return quantile($this->values[$handler], 0.5);
    }

    /** The median of the rounds' ratios; null where one of both was not measured. */
    public function ratio(string $handler, string $to): ?float
    {
        if (!isset($this->values[$handler], $this->values[$to])) {
            return null;
        }
        return quantile($this->ratios($handler, $to), 0.5);
    }

    /** @return list<float> of each round */
    public function ratios(string $handler, string $to): array
    {
        return array_map(fn(float $a, float $b) => $a / $b, $this->values[$handler], $this->values[$to]);
    }
}

final class Results
{
    /** @var array<string, Series> */
    public array $series = [];
    /** @var array<string, string> part => why it failed */
    public array $failed = [];
    public array $machine = [];
    public int $seconds = 0;
    /** The share of the processors that was busy before the run, of 1. */
    public float $busy = 0;

    public function add(Series $series): void
    {
        $this->series[$series->key] = $series;
        foreach ($series->values as $name => $values) {
            printf(
                "%-28s %-26s %12s %-8s (%s–%s)\n",
                $series->key, $name, number($series->median($name)), $series->unit, number(min($values)), number(max($values)),
            );
        }
    }

    public function json(): string
    {
        $data = ['machine' => $this->machine, 'seconds' => $this->seconds, 'full' => FULL, 'failed' => $this->failed,
            'bars' => AGAINST === null ? array_map(fn(Bar $bar) => (array) $bar, [...bars($this), ...tabs_bars($this), ...laravel_bars($this)]) : compared($this), 'series' => array_values($this->series)];
        return json_encode($data, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR) . "\n";
    }
}

/** The value below which the share $q of the values lies. */
function quantile(array $values, float $q): float
{
    sort($values);
    $at = $q * (count($values) - 1);
    $low = (int) floor($at);
    $high = min($low + 1, count($values) - 1);
    return $values[$low] + ($at - $low) * ($values[$high] - $values[$low]);
}

/** Rows that say what each handler has above `files`, where that was measured. */
function above_files(array $values): array
{
    $above = [];
    if (!isset($values['files'])) {
        return [];
    }
    foreach ($values as $name => $value) {
        if ($name !== 'files') {
            $above["$name, above files"] = [$value[0] - $values['files'][0]];
        }
    }
    return $above;
}

/** Three digits that count. */
function number(float $value): string
{
    $digits = $value == 0 ? 0 : max(0, 2 - (int) floor(log10(abs($value))));
    return number_format($value, min($digits, 3), '.', ',');
}
