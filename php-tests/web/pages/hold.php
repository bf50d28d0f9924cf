<?php
// Counts in the session, and holds it until the test opens the gate.

require __DIR__ . '/common.php';

begin();
$_SESSION['n'] = ($_SESSION['n'] ?? 0) + (int) ($_GET['add'] ?? 1);
gate();
finish(['n' => $_SESSION['n']]);
