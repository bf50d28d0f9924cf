<?php
// `rustdb top`: a live view of what goes on, for one screen of 24 lines.

declare(strict_types=1);

namespace Rustdb\Command;

const TOP_HELP = <<<'TEXT'
    rustdb top [--every SECONDS] [--once] [--json]

    Shows sessions by last use and by size, expired ones that wait, who holds sessions and who waits for them, and what the
    server writes; anew every two seconds. q ends it. Where it cannot count it estimates, by a sample of a thousand rows,
    and says "about". Writes are those of the whole server. Merges and conflicts are counted by each PHP process for
    itself, and no database knows them: Rustdb\status() tells them.

      --every SECONDS     1 to 3600
      --once              one view, for other than a terminal; --json is one, too

    TEXT;

/** @param list<string> $arguments */
function top(array $arguments): int
{
    $options = new Options($arguments, TOP_HELP, ['once'], ['every']);
    if ($options->helps()) {
        return FINE;
    }
    need_extension();
    $every = $options->last('every', '2');
    preg_match('/^\d{1,4}$/D', $every) && $every >= 1 && $every <= 3600 || throw new WrongUsage('--every: 1 to 3600 seconds');
    $last = view(null);
    if ($options->has('json') || $options->has('once') || !on_terminal()) {
        // A rate wants two looks.
        sleep(1);
        $view = view($last);
        $options->has('json') ? say_json($view) : say(implode("\n", screen($view, 80, 24)) . "\n");
        return FINE;
    }
    $screen = new Screen();
    try {
        do {
            // Not before there is a rate: the first one comes soon.
            $wait = isset($view) ? (float) $every : 0.5;
            if ($screen->key($wait) === 'q') {
                break;
            }
            [$columns, $lines] = terminal_size();
            try {
                $view = view($last);
                $last = $view;
                $screen->show(screen($view, $columns, $lines));
            } catch (Trouble | \Rustdb\Exception $error) {
                // The server may come back.
                $screen->show(explode("\n", wrap(plain($error->getMessage()), '')));
            }
        } while (true);
    } finally {
        $screen->close();
    }
    return FINE;
}

/** The terminal, as it is while something is shown on it. */
final class Screen
{
    private string $before;

    public function __construct()
    {
        $this->before = trim((string) shell_exec('stty -g </dev/tty'));
        // Keys come one by one, Ctrl-C as one of them, so that the terminal is always put back.
        shell_exec('stty -icanon -echo -isig </dev/tty');
        say("\e[?1049h\e[?25l");
        if (function_exists('pcntl_signal')) {
            pcntl_async_signals(true);
            $end = function (int $signal): void {
                $this->close();
                exit(128 + $signal);
            };
            array_map(fn(int $signal) => pcntl_signal($signal, $end), [SIGTERM, SIGHUP, SIGINT]);
        }
    }

    public function close(): void
    {
        say("\e[?25h\e[?1049l");
        shell_exec('stty ' . escapeshellarg($this->before) . ' </dev/tty');
    }

    /** Waits so many seconds for a key; "q" for whatever ends a program. */
    public function key(float $seconds): ?string
    {
        $read = [STDIN];
        $none = null;
        if (@stream_select($read, $none, $none, (int) $seconds, (int) (fmod($seconds, 1) * 1e6)) < 1) {
            return null;
        }
        $key = fread(STDIN, 16);
        return in_array($key, ['q', 'Q', "\x03", "\x04", "\e", '', false], true) ? 'q' : $key;
    }

    /** @param list<string> $lines */
    public function show(array $lines): void
    {
        say("\e[H" . implode("\e[K\n", $lines) . "\e[K\e[J");
    }
}

/** All that is shown, as numbers; $last is what came before. */
function view(?array $last): array
{
    $hosts = \Rustdb\inspect('hosts');
    $host = null;
    foreach ($hosts as $one) {
        if ($one['error'] === null && (!$one['read_only'] || $host === null)) {
            $host = $one;
            if (!$one['read_only']) {
                break;
            }
        }
    }
    $host ?? throw new Trouble(implode('; ', array_map(fn(array $one) => "$one[host]: $one[error]", $hosts)));
    $done = [];
    foreach (['insert' => ['Com_insert', 'Com_insert_select'], 'update' => ['Com_update', 'Com_update_multi'], 'delete' => ['Com_delete', 'Com_delete_multi']] as $name => $counters) {
        $done[$name] = array_sum(array_map(fn(string $counter) => (int) ($host['status'][$counter] ?? 0), $counters));
    }
    $rates = null;
    $same = $last !== null && $last['host'] === $host['host'] && $last['uptime'] <= (int) $host['status']['Uptime'];
    if ($same && $host['time'] > $last['time']) {
        $rates = array_map(fn(int $now, int $before) => max(0, $now - $before) / ($host['time'] - $last['time']), $done, $last['statements']);
        $rates = array_combine(array_keys($done), $rates);
    }
    return [
        'time' => $host['time'],
        'host' => $host['host'],
        'server' => server_name($host),
        'uptime' => (int) $host['status']['Uptime'],
        'table' => ini_get('rustdb.database') . '.' . ini_get('rustdb.table'),
        'connections' => (int) $host['status']['Threads_connected'],
        'max_connections' => (int) $host['variables']['max_connections'],
        'down' => array_values(array_map(fn(array $one) => "$one[host]: $one[error]", array_filter($hosts, fn(array $one) => $one['error'] !== null))),
        'statements' => $done,
        'statements_a_second' => $rates,
        'sessions' => \Rustdb\inspect('sessions'),
        'locks' => \Rustdb\inspect('locks'),
    ];
}

/** @return list<string> lines of a screen of this size */
function screen(array $view, int $columns, int $lines): array
{
    $sessions = $view['sessions'];
    $about = $sessions['exact'] ? '' : 'about ';
    $rates = $view['statements_a_second'];
    $expired = ($sessions['expired_exact'] ? '' : 'about ') . number($sessions['expired']);
    $oldest = $sessions['oldest_expired'];
    $screen = [
        paint(1, "$view[table] on $view[host]") . ', ' . plain($view['server']) . ', ' . gmdate('H:i:s', (int) $view['time']) . ' UTC',
        '',
        'sessions  ' . paint(1, $about . number($sessions['sessions'])) . ', ' . number($sessions['used_within_a_minute'])
            . ' used within a minute; ' . bytes($sessions['bytes_each']) . ' each, up to ' . bytes((int) $sessions['largest']),
        'expired   ' . paint($oldest > 6 * 3600 ? 31 : 1, $expired) . ' waiting' . ($oldest === null ? '' : ', the oldest for ' . seconds($oldest)),
        'server    ' . ($rates === null ? 'writes: a moment' : implode(', ', array_map(fn(string $name) => number(round($rates[$name], 1)) . " {$name}s", array_keys($rates)))
            . ' a second') . "; $view[connections] of $view[max_connections] connections",
        ...array_map(fn(string $down) => paint(31, 'down      ' . plain($down)), array_slice($view['down'], 0, 2)),
        '',
        ...beside(
            histogram('LAST USE', $sessions['by_last_use'], fn(int $below) => "< " . seconds($below), $columns),
            histogram('SIZE', $sessions['by_size'], fn(int $below) => "< " . bytes($below), $columns),
            intdiv($columns, 2),
        ),
        '',
        ...locked($view['locks']),
    ];
    if (count($screen) > $lines) {
        $more = count($screen) - $lines + 1;
        $screen = [...array_slice($screen, 0, $lines - 1), paint(2, "and $more more lines")];
    }
    return array_map(fn(string $line) => rtrim(cut($line, $columns)), $screen);
}

/** @return list<string> */
function histogram(string $title, array $classes, callable $name, int $columns): array
{
    $most = max(1, ...array_column($classes, 'sessions'));
    $lines = [paint(1, $title)];
    foreach ($classes as $class) {
        $words = $class['below'] === null ? 'more' : $name($class['below']);
        $width = max(5, intdiv($columns, 2) - 24);
        $bar = str_repeat('█', (int) ceil($class['sessions'] / $most * $width));
        $lines[] = fit($words, 10) . str_pad(number($class['sessions']), 11, ' ', STR_PAD_LEFT) . ' ' . paint(32, $bar);
    }
    return $lines;
}

/** Two blocks beside each other. @return list<string> */
function beside(array $left, array $right, int $columns): array
{
    return array_map(fn(string $one, string $other) => $one . str_repeat(' ', max(1, $columns - width($one))) . $other, $left, $right);
}

/** @return list<string> */
function locked(array $locks): array
{
    $waiters = $locks['waiters'] ?? [];
    $of = [];
    foreach ($waiters as $waiter) {
        $of[$waiter['session'] ?? '?'][] = $waiter['seconds'];
    }
    $holders = $locks['holders'] ?? [];
    $seen = $locks['holders'] !== null;
    $told = 'LOCKS (' . $locks['lock'] . ')  '
        . ($seen ? number(count($holders)) . ' held' : 'held: not shown to this account')
        . ($locks['waiters'] === null ? '' : ', ' . number(count($waiters)) . ' waiting');
    $lines = [paint(1, $told)];
    $row = fn(?string $session, string $who, ?int $held) => fit($session ?? '?', 10) . fit(plain($who), 44)
        . str_pad($held === null ? '' : seconds($held), 8, ' ', STR_PAD_LEFT)
        . str_pad(isset($of[$session ?? '']) ? number(count($of[$session])) : '', 6, ' ', STR_PAD_LEFT)
        . str_pad(isset($of[$session ?? '']) && max($of[$session]) !== null ? seconds(max($of[$session])) : '', 9, ' ', STR_PAD_LEFT);
    if ($holders || $of !== []) {
        $lines[] = paint(2, fit('session', 10) . fit('held by', 44) . '     for  wait  longest');
    }
    // Those that are waited for come first.
    usort($holders, fn(array $one, array $other) => isset($of[$other['session'] ?? '']) <=> isset($of[$one['session'] ?? '']));
    foreach ($holders as $holder) {
        $lines[] = $row($holder['session'], $holder['who'], $holder['seconds']);
    }
    foreach (array_keys(array_diff_key($of, array_flip(array_filter(array_column($holders, 'session'))))) as $session) {
        $lines[] = $row((string) $session, $seen ? '(somebody)' : '(not shown)', null);
    }
    if ($locks['unseen'] !== null) {
        $lines[] = paint(2, plain($locks['unseen']));
    }
    return $lines;
}

/** A line of so many columns at most, without what a code would do to those behind it. */
function cut(string $line, int $columns): string
{
    if (width($line) <= $columns) {
        return $line;
    }
    $cut = '';
    $left = $columns;
    preg_match_all('/\e\[\d*m|./su', $line, $parts);
    foreach ($parts[0] as $part) {
        if ($part[0] === "\e") {
            $cut .= $part;
        } elseif ($left-- > 0) {
            $cut .= $part;
        }
    }
    return $cut;
}
