<?php
// Reads the session without waiting for whoever holds it.

require __DIR__ . '/common.php';

begin(['read_and_close' => true]);
answer($warnings === [] ? 200 : 500, $_SESSION + ['n' => null, 'session' => array_keys($_SESSION)]);
