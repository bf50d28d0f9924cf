<?php
// One of many requests that a browser sends at once for one session: works, and stores the key that it is given; without one it
// tells which keys are stored. A session that was not found, or any warning, is a 500, which the driver counts.
$found = session_start() && isset($_SESSION['n']);
if (isset($_GET['key'])) {
    usleep((int) $_GET['work']);
    $_SESSION[$_GET['key']] = 1;
}
$keys = array_keys($_SESSION);
session_write_close();
http_response_code($found && error_get_last() === null ? 200 : 500);
header('Content-Type: text/plain');
echo implode(' ', $keys);
