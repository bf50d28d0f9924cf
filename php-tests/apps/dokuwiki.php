#!/usr/bin/env php
<?php
// DokuWiki: signing in, edits, an upload, many tabs, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/set_up.php';

set_up_dokuwiki();
$wiki = new Application(...DOKUWIKI);
visit($wiki->url);
all_is_well($wiki);
