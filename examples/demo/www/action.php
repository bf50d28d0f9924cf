<?php
// One action on the session. The page posts here, to either server. The answer is one JSON object per line: "count
// slowly" first says that it holds the lock; the last line is the result.
declare(strict_types=1);
require __DIR__ . '/session.php';

header('Content-Type: application/x-ndjson; charset=utf-8');
header('X-Content-Type-Options: nosniff');
header('Vary: Origin');

/** Sends a line to the page at once. */
function say(array $line): void
{
    echo json_encode(['server' => this_server()] + $line, JSON_THROW_ON_ERROR), "\n";
    flush();
}

function refuse(int $status, string $why): never
{
    http_response_code($status);
    say(['error' => $why]);
    exit;
}

function count_one(): void
{
    $_SESSION['made'] ??= time();
    $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    refuse(405, 'An action changes the session: it must be posted.');
}

// The two ports are two origins. Browsers send Origin with every POST, so this list keeps all other sites out (the
// cookie is SameSite=Strict as well) and lets the page of one server call the other.
$origin = $_SERVER['HTTP_ORIGIN'] ?? '';
if (!in_array($origin, servers(), true)) {
    refuse(403, 'Only the pages of the two servers may call this.');
}
header("Access-Control-Allow-Origin: $origin");
header('Access-Control-Allow-Credentials: true');

$action = $_POST['action'] ?? '';
try {
    switch ($action) {
        case 'count':
            $waited = start_session();
            count_one();
            break;

        case 'slow':
            $waited = start_session();
            say(['holds_lock' => true, 'waited_ms' => $waited]);
            $count = $_SESSION['count'] ?? 0;
            sleep(SLOW_SECONDS);
            // Without the lock, whatever was counted in those seconds would be overwritten here.
            $_SESSION['made'] ??= time();
            $_SESSION['count'] = $count + 1;
            break;

        case 'read':
            $waited = start_session(['read_and_close' => true]);
            break;

        case 'sign_in':
            // As a page does that checks a password slowly. Nothing is sent before the id has changed: PHP sends the cookie with it.
            $waited = start_session();
            sleep(SIGN_IN_SECONDS);
            session_regenerate_id(true);
            $_SESSION['user'] = 'alice';
            break;

        case 'poll':
            // As a page's script does in the background: it takes the lock, looks, and stores nothing.
            $waited = start_session();
            break;

        case 'regenerate':
            $waited = start_session();
            session_regenerate_id(true);
            break;

        case 'logout':
            $waited = start_session();
            $_SESSION = [];
            session_destroy();
            setcookie(session_name(), '', ['expires' => 1] + array_diff_key(session_get_cookie_params(), ['lifetime' => 0]));
            break;

        default:
            refuse(400, 'There is no such action.');
    }
    // Written before the answer, so that an answer means: this is stored.
    session_write_close();
    say(['waited_ms' => $waited, 'session' => shown_session()]);
} catch (Throwable $e) {
    if (!headers_sent()) {
        http_response_code(503);
    }
    say(['error' => $e->getMessage()]);
}
