--TEST--
ini_set() changes only how a request waits for its session, and how long sessions live
--FILE--
<?php
foreach (ini_get_all('rustdb') as $name => ['access' => $access, 'local_value' => $before]) {
    $set = ini_set($name, $name === 'rustdb.lock_failure' ? 'readonly' : '1234');
    if ($set !== false || ini_get($name) !== $before) {
        echo $name, $access === INI_ALL ? " may be set\n" : " was SET although its access is $access\n";
    } elseif ($access !== INI_SYSTEM) {
        echo "$name could not be set, and its access is $access\n";
    }
}
?>
--EXPECT--
rustdb.absolute_lifetime may be set
rustdb.lock_failure may be set
rustdb.lock_wait may be set
rustdb.new_lifetime may be set
rustdb.regenerate_grace may be set
rustdb.slow_lock_ms may be set
