<?php
// A first request whose answer, with the new id, reaches the browser long before the session is
// written: the browser may follow with the id while this request still runs.

require __DIR__ . '/common.php';

begin();
echo str_pad('', 8192), "\n";
flush();
gate();
$_SESSION['n'] = 1;
finish(['n' => 1]);
