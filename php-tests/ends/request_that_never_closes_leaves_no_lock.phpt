--TEST--
A user's handler that never calls parent::close() leaves no lock behind when its request ends, in a process that lives on
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

$id = store_session(['n' => 1]);
$site = new Site(<<<PHP
    ob_start();
    session_set_save_handler(new class extends SessionHandler {
        public function close(): bool
        {
            return true;
        }
    });
    session_id('$id');
    session_start();
    echo \$_SESSION['n'];
    if (isset(\$_GET['change'])) {
        \$_SESSION['n']++;
    }
    if (isset(\$_GET['fatal'])) {
        ini_set('memory_limit', '4M');
        str_repeat('x', 8 << 20);
    }
    PHP);
foreach (['read', 'change', 'fatal', 'read'] as $query) {
    echo "$query: ", $site->get($query), is_held($id) ? ' LOCKED' : '', "\n";
}
?>
--EXPECTF--
read: 1
change: 1
fatal: Fatal error: Allowed memory size of 4194304 bytes exhausted%S(tried to allocate %d bytes)
read: 2
