<?php
// The application of php-tests/apps/laravel: ?page=work is its page /work.
$_SERVER['REQUEST_URI'] = "/$_GET[page]?$_SERVER[QUERY_STRING]";
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = dirname(__DIR__, 2) . '/php-tests/apps/laravel/public/index.php';
require $_SERVER['SCRIPT_FILENAME'];
