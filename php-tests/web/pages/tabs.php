<?php
// One of many requests that a browser sends at once for one session: works for `work` µs between session_start() and
// session_write_close(), and adds 1 to what `key` names. `lock` sets rustdb.lock for it, as a page can.
//
// All requests of one `crowd` keep count of how many of them are inside at once, and of the most that ever were; with
// `until` each stays until so many have been.

require __DIR__ . '/common.php';

if (isset($_GET['lock']) && ini_set('rustdb.lock', $_GET['lock']) === false) {
    $waited = 0;
    answer(500, ['reason' => 'ini_set() refused rustdb.lock']);
}
begin();
crowd(1);
usleep((int) ($_GET['work'] ?? 0));
for ($deadline = microtime(true) + 20; crowd(0) < (int) ($_GET['until'] ?? 0); usleep(5_000)) {
    if (microtime(true) > $deadline) {
        trigger_error("no {$_GET['until']} requests were inside at once");
        break;
    }
}
if (isset($_GET['gate'])) {
    gate();
}
if (isset($_GET['key'])) {
    $_SESSION[$_GET['key']] = ($_SESSION[$_GET['key']] ?? 0) + 1;
}
crowd(-1);
finish(['lock' => ini_get('rustdb.lock')]);

/** Counts requests that come in (1), go out (-1) or only look (0); returns the most that were inside at once. */
function crowd(int $step): int
{
    if (!isset($_GET['crowd'])) {
        return PHP_INT_MAX;
    }
    $file = fopen(getenv('GATES') . '/' . basename($_GET['crowd']), 'c+');
    flock($file, LOCK_EX);
    [$inside, $most] = array_map('intval', explode(' ', stream_get_contents($file))) + [0, 0];
    $inside += $step;
    $most = max($most, $inside);
    rewind($file);
    ftruncate($file, 0);
    fwrite($file, "$inside $most");
    fclose($file);
    return $most;
}
