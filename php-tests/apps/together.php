<?php
// Runs before every page of an application whose tabs are tested (auto_prepend_file): requests that come with the header
// `X-Together: NAME/N` wait at their end until N of that NAME have come so far. So all of them have read the session
// before any of them writes it, on however fast a machine. Not a test itself, hence not executable.

declare(strict_types=1);

function rustdb_tests_together(): void
{
    static $met = false;
    if ($met || !preg_match('~^([a-z0-9]+)/(\d+)$~D', $_SERVER['HTTP_X_TOGETHER'] ?? '', $wanted)) {
        return;
    }
    $met = true;
    $place = getenv('GATES') . "/together-$wanted[1]";
    touch("$place." . getmypid());
    for ($deadline = microtime(true) + 30; count(glob("$place.*")) < $wanted[2]; usleep(2_000)) {
        if (microtime(true) > $deadline) {
            error_log("rustdb's tests: fewer than $wanted[2] requests have come together");
            return;
        }
    }
}

// The first of the functions at the end; those of the application, and PHP's end of the session, come after it.
register_shutdown_function(rustdb_tests_together(...));
