<?php
// Leaves the key `leave` in the session, takes the keys `drop` away from it, and takes up to `most` microseconds over that, so that a worker
// may die at any moment of it. Tells which keys it found.

require __DIR__ . '/common.php';

begin();
$keys = keys_left();
if (isset($_GET['leave'])) {
    leave_key($_GET['leave']);
}
foreach (array_intersect(explode(',', $_GET['drop'] ?? ''), $keys) as $key) {
    drop_key($key);
}
usleep(random_int(0, (int) ($_GET['most'] ?? 0)));
if (isset($_GET['blob'])) {
    $_SESSION['blob'] = random_bytes((int) $_GET['blob']);
}
finish(['keys' => $keys]);
