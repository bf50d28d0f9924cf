--TEST--
Forked children that use sessions of their own all end, wherever their memory lies
--DESCRIPTION--
The pool's thread exists in the parent only, but what it stood waiting in is inherited. Whether that
hangs a child depends on addresses, so there are many parents and children, no two of them alike.
--EXTENSIONS--
pcntl
posix
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$code = <<<'PHP'
function allocate(int $blocks): void
{
    for ($i = 0; $i < $blocks; $i++) {
        putenv("BLOCK_{$blocks}_$i=" . str_repeat('x', 100_000));
    }
}
allocate((int) $argv[1]);
store_session(['a' => 1]);
if (!$child = pcntl_fork()) {
    allocate((int) $argv[2]);
    store_session(['a' => 1]);
    exit;
}
try {
    wait_until(fn() => pcntl_waitpid($child, $status, WNOHANG) === $child);
} catch (Exception) {
    posix_kill($child, SIGKILL);
    echo "a child hung\n";
}
PHP;
$hung = '';
for ($number = 0; $number < 96 && $hung === ''; ) {
    $parents = [];
    for ($i = 0; $i < 8; $i++, $number++) {
        $parents[] = new OtherProcess($code, [$number % 8, intdiv($number, 2)]);
    }
    foreach ($parents as $parent) {
        $hung .= $parent->end();
    }
}
echo $hung, $number, " parents ended\n";
?>
--EXPECT--
96 parents ended
