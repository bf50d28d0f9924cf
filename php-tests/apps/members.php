#!/usr/bin/env php
<?php
// The example of a member area (examples/members), in a real browser: two devices of a member, and the administrator's page.

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';
require __DIR__ . '/../web/example.php';
require __DIR__ . '/browser.php';

[$urls, $ports] = two_servers();
$example = start_members($ports);
example_starts($example, $urls);
visit($urls['A'], ['URL_B' => $urls['B']]);
example_ends($example);
