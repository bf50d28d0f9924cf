<?php
// Stores a key of its own, and stays at the gate before that where one is named.

require __DIR__ . '/common.php';

begin();
$_SESSION[$_GET['key']] = true;
if (isset($_GET['gate'])) {
    gate();
}
finish(['keys' => array_keys($_SESSION)]);
