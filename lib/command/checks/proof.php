<?php
// The proof: a session of this command's own is stored, read, found locked and deleted.

declare(strict_types=1);

namespace Rustdb\Command;

function proof(Site $site): iterable
{
    if ($site->servers() === []) {
        return;
    }
    $warnings = [];
    set_error_handler(function (int $type, string $text) use (&$warnings): bool {
        $warnings[] = preg_replace('/^\w+\(\): (?:rustdb: )?/', '', $text);
        return true;
    });
    try {
        $began = hrtime(true);
        $done = session_of_ours();
        $took = seconds((hrtime(true) - $began) / 1e9);
    } finally {
        restore_error_handler();
    }
    // PHP adds lines of its own to rustdb's.
    $said = implode('; ', array_unique(preg_grep('/^Failed to /', $warnings, PREG_GREP_INVERT) ?: $warnings));
    yield $done === null
        ? ok('a session was stored, read again, ' . (locks() ? 'found locked' : 'not locked by rustdb.lock')
            . " and deleted, in $took" . ($said === '' ? '' : ", with a warning: $said"))
        : bad("a session of this command's own could not be $done" . ($said === '' ? '' : ": $said"));
}

/** Whether the configuration has sessions locked. */
function locks(): bool
{
    return in_array(ini_get('rustdb.lock'), ['row', 'lease'], true);
}

/** Null, or what could not be done. */
function session_of_ours(): ?string
{
    $settings = [
        'session.save_handler' => 'rustdb', 'session.use_cookies' => '0', 'session.cache_limiter' => '',
        'session.gc_probability' => '0', 'session.name' => 'RUSTDBCHECK',
    ];
    foreach ($settings as $name => $value) {
        ini_set($name, $value);
    }
    $value = bin2hex(random_bytes(8));
    if (!session_start()) {
        return 'started';
    }
    $id = session_id();
    $_SESSION = ['rustdb check' => $value];
    if (!session_write_close() || !session_start()) {
        return 'stored';
    }
    if (($_SESSION['rustdb check'] ?? null) !== $value || session_id() !== $id) {
        session_destroy();
        return 'read again';
    }
    $locked = !locks() || is_refused($id);
    session_destroy();
    if (!$locked) {
        return 'locked: another connection got it meanwhile';
    }
    return session_open_again($id) ? 'deleted' : null;
}

/** Whether somebody else who does not wait gets the session meanwhile. */
function is_refused(string $id): bool
{
    $lock = ini_get('rustdb.lock');
    $other = new \Rustdb\Handler(['lock' => $lock, 'lock_wait' => 0]);
    try {
        $other->open('', '');
        $other->read($id);
        return false;
    } catch (\Rustdb\Exception) {
        return true;
    } finally {
        $other->close();
    }
}

/** Whether the session is still there. */
function session_open_again(string $id): bool
{
    session_id($id);
    session_start(['read_and_close' => true]);
    return $_SESSION !== [];
}
