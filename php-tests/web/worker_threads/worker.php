<?php
// What each thread runs for web/worker_threads.php: ROUNDS requests one after the other, each of which counts in one of SESSIONS
// sessions and leaves in one of several ways. None is followed by an end of PHP's own request.

declare(strict_types=1);

$ids = explode(',', getenv('IDS'));
$mode = getenv('MODE');
$handler = $mode === 'handler' ? new Rustdb\Handler(['lock' => 'row']) : null;
$counted = 0;

set_error_handler(function (int $level, string $text): bool {
    fwrite(STDERR, "warning: $text\n");
    return true;
});

for ($round = 0; $round < (int) getenv('ROUNDS'); $round++) {
    $id = $ids[random_int(0, count($ids) - 1)];
    if ($handler) {
        $data = unserialize($handler->read($id) ?: 'a:0:{}');
        $data['n'] = ($data['n'] ?? 0) + 1;
        if ($round % 5 === 3) {
            $handler = new Rustdb\Handler(['lock' => 'row']); // a request that failed: what it held is let go with its object
        } else {
            $handler->write($id, serialize($data));
            $counted++;
        }
    } else {
        session_id($id);
        if (!session_start()) {
            continue;
        }
        $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        if ($round % 5 === 1) {
            session_write_close();
        } elseif ($round % 5 === 3) {
            session_abort();
            $counted--;
        } // else the request's end stores it
        $counted++;
    }
    next_request();
}
file_put_contents(getenv('COUNTED'), "$counted\n", FILE_APPEND | LOCK_EX);
