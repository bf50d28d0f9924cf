--TEST--
A session too large for memory_limit ends the request in session_start(), frees its lock and stays as it is, as under files
--DESCRIPTION--
PHP leaves the save handler by a longjmp there.
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

$id = new_id();
$page = <<<PHP
    ob_start();
    session_id('$id');
    ini_set('memory_limit', \$_SERVER['QUERY_STRING']);
    session_start();
    echo strlen(\$_SESSION['large'] ??= str_repeat('x', 20_000_000)), ' bytes';
    PHP;
foreach (['files', 'rustdb'] as $handler) {
    $folder = getenv('RUSTDB_TEST_DIR') . "/$id";
    @mkdir($folder);
    $site = new Site($page, ['session.save_handler' => $handler, 'session.save_path' => $folder]);
    echo "$handler:\n", $site->get('100M'), "\n", $site->get('16M'), "\n";
    echo is_held($id) ? "LOCKED\n" : '', $site->get('100M'), "\n";
}
unlink("$folder/sess_$id");
rmdir($folder);
?>
--EXPECTF--
files:
20000000 bytes
Fatal error: Allowed memory size of 16777216 bytes exhausted%S(tried to allocate %d bytes)
20000000 bytes
rustdb:
20000000 bytes
Fatal error: Allowed memory size of 16777216 bytes exhausted%S(tried to allocate %d bytes)
20000000 bytes
