<?php
// tabs.php with Symfony's handler.
require dirname(__DIR__) . '/common.php';
session_set_save_handler(symfony_handler(), false);
require __DIR__ . '/tabs.php';
