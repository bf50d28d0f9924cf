<?php
// One action on the session. The page posts here, to either server. The answer is one JSON object per line: "count
// slowly" first says that it holds the lock; the last line is the result.
declare(strict_types=1);
$began = hrtime(true) / 1e6;
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

/** Milliseconds of the machine's monotonic clock, which both servers share: the page draws the ten requests by it. */
function clock(): float
{
    return hrtime(true) / 1e6;
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
$more = []; // what the result tells besides the wait and the session
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
            $more = ['kept' => kept_of_ten()];
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

        case 'before_ten':
            // The ten need a session that they share, without the keys of the time before.
            $waited = start_session();
            $_SESSION['made'] ??= time();
            $_SESSION['count'] ??= 0;
            foreach (range(1, TEN) as $number) {
                unset($_SESSION[key_of_ten($number)]);
            }
            break;

        case 'one_of_ten':
            $lock = $_POST['lock'] ?? '';
            $number = (int) ($_POST['number'] ?? 0);
            if (!in_array($lock, ['row', 'merge'], true) || $number < 1 || $number > TEN) {
                refuse(400, 'It has to say its lock and its number.');
            }
            ini_set('rustdb.lock', $lock);
            $waited = start_session();
            $more = ['lock' => ini_get('rustdb.lock'), 'began' => $began, 'started' => clock()];
            usleep(TEN_WORK_MS * 1000);
            $_SESSION[key_of_ten($number)] = true;
            $more['worked'] = clock();
            session_write_close();
            $more['done'] = clock();
            break;

        default:
            refuse(400, 'There is no such action.');
    }
    // Written before the answer, so that an answer means: this is stored.
    session_write_close();
    say(['waited_ms' => $waited, 'session' => shown_session()] + $more);
} catch (Throwable $e) {
    if (!headers_sent()) {
        http_response_code(503);
    }
    say(['error' => $e->getMessage()]);
}
