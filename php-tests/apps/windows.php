#!/usr/bin/env php
<?php
// The example of a session per browser window (examples/windows), in a real browser: tabs as a person opens them.

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';
require __DIR__ . '/../web/example.php';
require __DIR__ . '/browser.php';

[$urls, $ports] = two_servers();
$example = start_example('windows', $ports);
example_starts($example, $urls);
visit($urls['A'], ['URL_B' => $urls['B']]);
example_ends($example);
