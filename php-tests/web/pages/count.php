<?php
// Counts in the session, by `add` where that is given; `blob` is how many random bytes it stores
// beside the counter.

require __DIR__ . '/common.php';

begin();
$_SESSION['n'] = ($_SESSION['n'] ?? 0) + (int) ($_GET['add'] ?? 1);
if (isset($_GET['blob'])) {
    $_SESSION['blob'] = random_bytes((int) $_GET['blob']);
}
finish(['n' => $_SESSION['n']]);
