<?php
// Does what `do` lists, step by step (`do=start,sleep:20,regenerate,set:user:alice`), and tells what it met: `id` and `data` are
// those of its first session_start(), `last` and `end` those with which it ended, `time` is its clock. `strict` sets session.use_strict_mode.

require __DIR__ . '/common.php';

if (isset($_GET['strict'])) {
    ini_set('session.use_strict_mode', $_GET['strict']);
}
$first = null;
foreach (explode(',', $_GET['do']) as $step) {
    [$name, $argument, $value] = explode(':', $step, 3) + ['', '', ''];
    switch ($name) {
        case 'start':
        case 'read':
            begin(['read_and_close' => $name === 'read']);
            $first ??= ['id' => session_id(), 'data' => $_SESSION];
            break;
        case 'close':
            session_write_close();
            break;
        case 'gate':
            gate($argument);
            break;
        case 'sleep': // milliseconds
            usleep(1000 * (int) $argument);
            break;
        case 'set':
            $_SESSION[$argument] = $value;
            break;
        case 'add':
            $_SESSION[$argument] = ($_SESSION[$argument] ?? 0) + 1;
            break;
        case 'leave':
            leave_key($argument);
            break;
        case 'regenerate':
            session_regenerate_id(true);
            break;
        case 'keep':
            session_regenerate_id(false);
            break;
        case 'destroy':
            session_destroy();
            $_SESSION = [];
            break;
        case 'flush': // Sends the headers; what the page finds later shows in its answer, not in its status.
            echo ' ';
            flush();
            break;
        case 'forget':
            setcookie(session_name(), '', 1, session_get_cookie_params()['path']);
            break;
        default:
            trigger_error("there is no step '$name'");
    }
}
finish($first + ['last' => session_id(), 'end' => $_SESSION, 'time' => time()]);
