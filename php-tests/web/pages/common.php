<?php
// What the pages share. A page begins with begin() and ends with finish(), which answers in JSON:
// 200 only when the session was started and stored without a warning, so that 200 means
// acknowledged; else 500 with the reason.

declare(strict_types=1);

$warnings = [];
set_error_handler(function (int $level, string $text): bool {
    $GLOBALS['warnings'][] = $text;
    return true;
});

function begin(array $options = []): void
{
    foreach (['lock_wait', 'lock_failure'] as $directive) {
        if (isset($_GET[$directive])) {
            ini_set("rustdb.$directive", $_GET[$directive]);
        }
    }
    $before = microtime(true);
    $started = session_start($options);
    $GLOBALS['waited'] = microtime(true) - $before;
    if (!$started) {
        // Whoever retries at once would only keep a database busy that is coming up again.
        usleep(20_000);
        answer(500, ['started' => false]);
    }
}

function finish(array $values = []): never
{
    session_write_close();
    answer($GLOBALS['warnings'] === [] ? 200 : 500, $values + ['started' => true]);
}

function answer(int $status, array $values): never
{
    if (!headers_sent()) {
        http_response_code($status);
        header('Content-Type: application/json');
    }
    echo json_encode($values + [
        'reason' => implode(' | ', $GLOBALS['warnings']),
        'waited' => $GLOBALS['waited'],
        'pid' => getmypid(),
    ], JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    exit;
}

/** Tells the test that this request has come here, and stays until the test opens the gate. */
function gate(?string $name = null): void
{
    $gate = getenv('GATES') . '/' . basename($name ?? $_GET['gate']);
    file_put_contents("$gate.new", (string) getmypid());
    rename("$gate.new", "$gate.reached");
    for ($deadline = microtime(true) + 60; !file_exists("$gate.open"); usleep(5_000)) {
        if (microtime(true) > $deadline) {
            trigger_error('the test did not open the gate');
            return;
        }
    }
}

/** Leaves a key of its own at the top of the session, in an array in it, and at the end of a list. */
function leave_key(string $key): void
{
    $_SESSION[$key] = true;
    $_SESSION['map'][$key] = true;
    $_SESSION['list'][] = $key;
}

/** Takes such a key away again. */
function drop_key(string $key): void
{
    unset($_SESSION[$key], $_SESSION['map'][$key]);
    $_SESSION['list'] = array_values(array_diff($_SESSION['list'], [$key]));
}

/** The keys that stand there: none is missing in one of the three places, or stands in the list twice. */
function keys_left(): array
{
    $keys = array_values(array_filter(array_map(strval(...), array_keys($_SESSION)), fn(string $key) => $key[0] === '_'));
    $map = array_map(strval(...), array_keys($_SESSION['map'] ?? []));
    $list = $_SESSION['list'] ?? [];
    foreach ([&$keys, &$map, &$list] as &$place) {
        sort($place);
    }
    if ($keys !== $map || $keys !== $list) {
        $differ = fn(array $place): string => json_encode([array_values(array_diff($place, $keys)), array_values(array_diff($keys, $place))]);
        trigger_error('the keys differ: in the map ' . $differ($map) . ', in the list ' . $differ($list) . ', ' . count($list) . ' in that');
    }
    return $keys;
}
