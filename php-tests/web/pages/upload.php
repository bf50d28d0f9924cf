<?php
// Receives a file; PHP has reported the progress of the upload in the session before this runs.

require __DIR__ . '/common.php';

begin();
$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
finish(['n' => $_SESSION['n'], 'size' => $_FILES['file']['size'] ?? null, 'session' => array_keys($_SESSION)]);
