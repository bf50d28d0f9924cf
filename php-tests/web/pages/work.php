<?php
// Counts in the session, and takes up to `most` microseconds over it, so that a worker may die at any moment of it.

require __DIR__ . '/common.php';

begin();
$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
usleep(random_int(0, (int) $_GET['most']));
if (isset($_GET['blob'])) {
    $_SESSION['blob'] = random_bytes((int) $_GET['blob']);
}
finish(['n' => $_SESSION['n']]);
