<?php
// An order of lunch, one in each browser window. A window's session has a name of its own, menu0 to menu99, which its
// address carries; the browser keeps a cookie for each. Nothing in here stores or locks a session: that is php.ini's.
declare(strict_types=1);

const DISHES = ['soup' => 'Soup of the day', 'risotto' => 'Risotto', 'dumplings' => 'Dumplings', 'tart' => 'Apple tart'];

set_error_handler(static function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});
header("Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
header('Cache-Control: no-store');
header('X-Content-Type-Options: nosniff');

/** The windows that there may be. */
function names(): array
{
    return array_map(fn(int $number): string => "menu$number", range(0, 99));
}

/** The windows that this browser has a cookie for, lowest first. */
function open_windows(): array
{
    return array_values(array_intersect(names(), array_keys($_COOKIE)));
}

/** Everything is stored before the browser hears of it. */
function go_to(string $window): never
{
    session_write_close();
    header("Location: /?window=$window", true, 303);
    exit;
}

function refuse(int $status, string $why): never
{
    if (session_status() === PHP_SESSION_ACTIVE) {
        session_abort();
    }
    http_response_code($status);
    $window = $_GET['window'] ?? null;
    $session = null;
    require __DIR__ . '/../page.php';
    exit;
}

function forget_cookie(string $window): void
{
    header_remove('Set-Cookie'); // that of a session that was made a moment ago
    setcookie($window, '', ['expires' => 1] + array_diff_key(session_get_cookie_params(), ['lifetime' => 0]));
    unset($_COOKIE[$window]);
}

$window = $_GET['window'] ?? null;
if ($window === null) {
    go_to('menu0');
}
// The address comes from outside, and session_name() would take any name: it must be exactly one of ours, and one that this
// browser has. Only menu0 begins from nothing.
if (!in_array($window, names(), true)) {
    refuse(404, 'There is no window of that name.');
}
if ($window !== 'menu0' && !is_string($_COOKIE[$window] ?? null)) {
    refuse(404, "This browser has no window $window.");
}
session_name($window);
session_start();
if (!isset($_SESSION['order'])) {
    // The cookie names a session that is over, or none: strict mode has made an empty one instead.
    if ($window !== 'menu0') {
        forget_cookie($window);
        refuse(410, "The session of $window has ended.");
    }
    $_SESSION = ['order' => [], 'token' => bin2hex(random_bytes(16))];
}

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $token = $_POST['token'] ?? null;
    if (!is_string($token) || !hash_equals($_SESSION['token'], $token)) {
        refuse(403, 'That form was not made for this window.');
    }
    $dish = $_POST['dish'] ?? null;
    switch ($_POST['action'] ?? null) {
        case 'add':
            if (!is_string($dish) || !isset(DISHES[$dish])) {
                refuse(400, 'There is no such dish.');
            }
            $_SESSION['order'][$dish] = ($_SESSION['order'][$dish] ?? 0) + 1;
            go_to($window);

        case 'copy':
            // Any free name, not the lowest: of two copies at once, each from another window, both would take that.
            $free = array_diff(names(), open_windows(), ['menu0']);
            if ($free === []) {
                refuse(409, 'All windows are in use: close one first.');
            }
            $new = $free[array_rand($free)];
            $copy = ['token' => bin2hex(random_bytes(16))] + $_SESSION;
            session_write_close();
            session_name($new);
            session_id(''); // Without this, session_start() would go on with the old id under the new name.
            session_start();
            $_SESSION = $copy;
            go_to($new);

        case 'close':
            session_destroy();
            forget_cookie($window);
            go_to(open_windows()[0] ?? 'menu0');

        default:
            refuse(400, 'There is no such action.');
    }
}

// The page is made without the lock: another request of this window need not wait for a slow reader.
$session = $_SESSION;
session_write_close();
require __DIR__ . '/../page.php';
