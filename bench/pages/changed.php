<?php
// Does nothing but change its session. A session that was not found, or any warning, is a 500, which the driver counts.
$found = session_start() && isset($_SESSION['n']);
$_SESSION['n']++;
session_write_close();
http_response_code($found && error_get_last() === null ? 200 : 500);
