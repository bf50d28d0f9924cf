<?php
// `rustdb check`: everything that an operator gets wrong, a line each.

declare(strict_types=1);

namespace Rustdb\Command;

require __DIR__ . '/sapis.php';
require __DIR__ . '/checks/php.php';
require __DIR__ . '/checks/servers.php';
require __DIR__ . '/checks/tables.php';
require __DIR__ . '/checks/collecting.php';
require __DIR__ . '/checks/proof.php';

const CHECK_HELP = <<<'TEXT'
    rustdb check [--json] [--root DIR]

    Looks at what decides over sessions here, and says a line each: the configuration of this PHP and, as far as their
    files can be read, of php-fpm and others; each server of rustdb.host; the tables and the account's rights on them;
    who collects expired sessions. Then it stores, locks and deletes a session of its own.

      ✔ is fine, ! wants to be looked at, ✘ is wrong; behind an arrow stands what to do about it

      --root DIR          where /etc and /var are, for the files of other SAPIs and cron (default: /)

    Exit status: 0 without a ✘, 1 with one.

    TEXT;

/** One line. */
final class Line
{
    public const MARKS = ['ok' => [32, '✔'], 'warning' => [33, '!'], 'error' => [31, '✘']];

    public function __construct(
        public readonly string $mark,
        public readonly string $fact,
        public readonly string $remedy = '',
    ) {}

    public function show(): void
    {
        [$colour, $sign] = self::MARKS[$this->mark];
        $text = plain($this->fact) . ($this->remedy === '' ? '' : ' → ' . plain($this->remedy));
        say(paint($colour, $sign) . ' ' . wrap($text, '  ') . "\n");
    }
}

function ok(string $fact): Line
{
    return new Line('ok', $fact);
}

function look(string $fact, string $remedy): Line
{
    return new Line('warning', $fact, $remedy);
}

function bad(string $fact, string $remedy = ''): Line
{
    return new Line('error', $fact, $remedy);
}

/** What the checks look at; each is asked for once. */
final class Site
{
    public readonly Sapis $sapis;
    /** @var array<string, array> */
    private array $known = [];

    public function __construct(public readonly string $root)
    {
        $this->sapis = new Sapis($root);
    }

    /** The answer of Rustdb\inspect(). */
    public function ask(string $what): array
    {
        return $this->known[$what] ??= \Rustdb\inspect($what);
    }

    /** The servers that answered. */
    public function servers(): array
    {
        return array_values(array_filter($this->ask('hosts'), fn(array $host) => $host['error'] === null));
    }

    /** What was asked before may be otherwise now. */
    public function forget(string $what): void
    {
        unset($this->known[$what]);
    }
}

/** @return array<string, callable(Site): iterable<Line>> in the order in which they are told */
function checks(): array
{
    return [
        'extension' => extension(...),
        'sapis' => sapis(...),
        'handler' => handler(...),
        'secrets' => secrets(...),
        'strict_mode' => strict_mode(...),
        'cookies' => cookies(...),
        'hosts' => hosts(...),
        'tls' => tls(...),
        'cluster' => cluster(...),
        'clocks' => clocks(...),
        'timeouts' => timeouts(...),
        'packets' => packets(...),
        'connections' => connections(...),
        'tables' => tables(...),
        'rights' => rights(...),
        'proof' => proof(...),
        'collecting' => collecting(...),
        'sessions' => session_sizes(...),
    ];
}

/** What a check says; where the database refuses to answer, that. @return iterable<Line> */
function lines(callable $check, Site $site): iterable
{
    try {
        yield from $check($site);
    } catch (\Rustdb\Exception $error) {
        yield bad(preg_replace('/^rustdb: /', '', $error->getMessage()));
    }
}

/** @param list<string> $arguments */
function check(array $arguments): int
{
    $options = new Options($arguments, CHECK_HELP, values: ['root']);
    if ($options->helps()) {
        return FINE;
    }
    $json = $options->has('json');
    $site = new Site(rtrim($options->last('root', '/'), '/'));
    $counts = ['ok' => 0, 'warning' => 0, 'error' => 0];
    $lines = [];
    foreach (checks() as $name => $check) {
        foreach (lines($check, $site) as $line) {
            $told = ['check' => $name, 'mark' => $line->mark, 'fact' => $line->fact, 'remedy' => $line->remedy];
            // What keeps several checks from being made is told once.
            if ($line->mark === 'error' && in_array($line->fact, array_column($lines, 'fact'), true)) {
                continue;
            }
            $counts[$line->mark]++;
            $lines[] = $told;
            $json || $line->show();
        }
        if (!extension_loaded('rustdb') && $name === 'sapis') {
            break;
        }
    }
    if ($json) {
        say_json(['ok' => $counts['error'] === 0, 'counts' => $counts, 'lines' => $lines]);
    } else {
        $parts = [number($counts['ok']) . ' fine'];
        if ($counts['warning'] > 0) {
            $parts[] = number($counts['warning']) . ' to look at';
        }
        if ($counts['error'] > 0) {
            $parts[] = number($counts['error']) . ' wrong';
        }
        say(paint(1, implode(', ', $parts)) . "\n");
    }
    return $counts['error'] === 0 ? FINE : WRONG;
}
