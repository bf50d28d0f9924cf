--TEST--
Each write gives the row another random 64-bit version
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = new_id();
$versions = [];
for ($i = 1; $i <= 40; $i++) {
    store_session(['i' => $i], $id);
    $versions[] = row($id)['version'];
    if ($i % 10 === 0) {
        session_start();
        session_destroy();
    }
}
var_dump(count(array_unique($versions)));
// Of 40 random numbers some have the highest bit and some have not.
$high = array_filter($versions, fn($v) => $v > PHP_INT_MAX);
var_dump(count($high) > 0, count($high) < 40);
?>
--EXPECT--
int(40)
bool(true)
bool(true)
