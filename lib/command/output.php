<?php
// How things look: colours and cursor movement on a terminal only, and words for numbers.

declare(strict_types=1);

namespace Rustdb\Command;

/** Prints past PHP's own output, which would end the time in which a session can be started. */
function say(string $text): void
{
    fwrite(STDOUT, $text);
}

function say_json(mixed $value): void
{
    say(json_encode($value, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
        | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n");
}

/** Whether people read what is printed, as it is printed. */
function on_terminal(): bool
{
    return stream_isatty(STDOUT) && !in_array(getenv('TERM'), ['dumb', false, ''], true);
}

/** The text in a colour or style: 1 bold, 2 faint, 31 red, 32 green, 33 yellow. */
function paint(int $style, string $text): string
{
    return on_terminal() && getenv('NO_COLOR') === false ? "\e[{$style}m$text\e[0m" : $text;
}

/** @return array{int, int} columns and lines of the terminal */
function terminal_size(): array
{
    $size = on_terminal() ? (string) shell_exec('stty size 2>/dev/null </dev/tty') : '';
    return preg_match('/^(\d+) (\d+)$/', trim($size), $match) && $match[1] > 0 && $match[2] > 0
        ? [(int) $match[2], (int) $match[1]] : [80, 24];
}

/** Breaks a text between words on a terminal; further lines are indented. */
function wrap(string $text, string $indent): string
{
    if (!on_terminal()) {
        return $text;
    }
    [$columns] = terminal_size();
    $lines = [''];
    foreach (explode(' ', $text) as $word) {
        $line = $lines[count($lines) - 1];
        if ($line !== '' && width("$line $word") > $columns - width($indent)) {
            $lines[] = $word;
        } else {
            $lines[count($lines) - 1] = $line === '' ? $word : "$line $word";
        }
    }
    return implode("\n$indent", $lines);
}

/** Characters on the screen, without codes; of letters that take two columns there are none in here. */
function width(string $text): int
{
    return (int) preg_match_all('/./su', preg_replace('/\e\[\d*m/', '', $text));
}

/** A text of exactly so many columns. */
function fit(string $text, int $columns): string
{
    $width = width($text);
    if ($width <= $columns) {
        return $text . str_repeat(' ', $columns - $width);
    }
    preg_match_all('/./su', $text, $letters);
    return implode('', array_slice($letters[0], 0, max(0, $columns - 1))) . ($columns > 0 ? '…' : '');
}

/** Nobody's bytes but ours move the cursor. */
function plain(string $text): string
{
    $text = preg_match('//u', $text) ? $text : (string) preg_replace('/[^\x20-\x7e]/', '?', $text);
    return (string) preg_replace('/\p{C}/u', '?', $text);
}

function number(int|float $number): string
{
    return number_format($number, is_float($number) && $number < 10 && $number > 0 ? 1 : 0);
}

/** "MariaDB 10.11.14", "MySQL 9.7.4". @param array $host of Rustdb\inspect('hosts') */
function server_name(array $host): string
{
    return "$host[kind] " . explode('-', $host['version'])[0];
}

/** "1 session", "2 sessions". */
function many(int $number, string $one, ?string $more = null): string
{
    return number($number) . ' ' . ($number === 1 ? $one : $more ?? "{$one}s");
}

function seconds(int|float $seconds): string
{
    return match (true) {
        $seconds < 1 => number_format($seconds * 1000) . ' ms',
        $seconds < 120 => number_format($seconds) . ' s',
        $seconds < 7200 => number_format($seconds / 60) . ' min',
        $seconds < 172800 => number_format($seconds / 3600) . ' h',
        default => number_format($seconds / 86400) . ' days',
    };
}

function bytes(int $bytes): string
{
    return match (true) {
        $bytes < 1024 => "$bytes B",
        $bytes < 1024 ** 2 => number_format($bytes / 1024) . ' KB',
        $bytes < 1024 ** 3 => number_format($bytes / 1024 ** 2) . ' MB',
        default => number_format($bytes / 1024 ** 3, 1) . ' GB',
    };
}

/** A bar of so many columns, full to this share. */
function bar(float $share, int $columns): string
{
    $full = (int) round(min(1, max(0, $share)) * $columns);
    return str_repeat('█', $full) . str_repeat('░', $columns - $full);
}
