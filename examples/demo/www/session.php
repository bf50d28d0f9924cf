<?php
// What the page (index.php) and its actions (action.php) share: the two servers, and the session as it is shown.
declare(strict_types=1);

/** How long "count slowly" works on the session, and so holds its lock. */
const SLOW_SECONDS = 5;

/** How many requests "ten requests at once" sends, and how many milliseconds each of them works. */
const TEN = 10;
const TEN_WORK_MS = 100;

/** How long a sign-in takes before it gives the session its new id. */
const SIGN_IN_SECONDS = 3;

// A warning becomes an exception, so that a session that could not be read or written is never taken for a good one.
set_error_handler(static function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});

/** The two web servers' addresses, by name. */
function servers(): array
{
    return ['A' => getenv('RUSTDB_DEMO_URL_A'), 'B' => getenv('RUSTDB_DEMO_URL_B')];
}

/** The name of the server that answers this request. */
function this_server(): string
{
    return getenv('RUSTDB_DEMO_SERVER');
}

/** Starts the session and says how many milliseconds session_start() took: that is where PHP waits for the lock. */
function start_session(array $options = []): float
{
    $from = hrtime(true);
    if (!session_start($options)) {
        throw new RuntimeException('session_start() returned false');
    }
    return round((hrtime(true) - $from) / 1e6, 1);
}

/** The session as the page shows it; null where there is none. */
function shown_session(): ?array
{
    if (!isset($_SESSION['made'])) {
        return null;
    }
    return [
        'id' => substr(session_id(), 0, 8), // never the whole id: it is the key to the session
        'count' => $_SESSION['count'],
        'made' => $_SESSION['made'],
        'user' => $_SESSION['user'] ?? null,
    ];
}

/** The key of $_SESSION that one of the ten requests sets. */
function key_of_ten(int $number): string
{
    return "request_$number";
}

/** How many of the ten keys the session has. */
function kept_of_ten(): int
{
    return count(array_intersect_key($_SESSION ?? [], array_flip(array_map(key_of_ten(...), range(1, TEN)))));
}
