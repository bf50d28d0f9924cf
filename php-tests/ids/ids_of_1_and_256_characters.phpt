--TEST--
Ids of 1 and of 256 characters are sessions of their own
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$long = substr(str_repeat('aZ09,-', 43), 0, 255);
foreach (['q', $long . 'a', $long . 'b', $long] as $number => $id) {
    store_session(['number' => $number], $id);
}
foreach (['q', $long . 'a', $long . 'b', $long, 'Q'] as $id) {
    session_id($id);
    session_start(['read_and_close' => true]);
    printf("%d characters: session %s\n", strlen($id), $_SESSION['number'] ?? 'unknown');
}
?>
--EXPECT--
1 characters: session 0
256 characters: session 1
256 characters: session 2
255 characters: session 3
1 characters: session unknown
