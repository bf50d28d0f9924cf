--TEST--
ini_set() changes only how a request waits for its session or merges it, and how long sessions live
--FILE--
<?php
$words = ['rustdb.lock' => 'none', 'rustdb.lock_failure' => 'readonly', 'rustdb.merge_conflict' => 'refuse', 'rustdb.log_merge_conflicts' => '1'];
foreach (ini_get_all('rustdb') as $name => ['access' => $access, 'local_value' => $before]) {
    $set = ini_set($name, $words[$name] ?? '1234');
    if ($set !== false || ini_get($name) !== $before) {
        echo $name, $access === INI_ALL ? " may be set\n" : " was SET although its access is $access\n";
    } elseif ($access !== INI_SYSTEM) {
        echo "$name could not be set, and its access is $access\n";
    }
}
?>
--EXPECT--
rustdb.absolute_lifetime may be set
rustdb.lock may be set
rustdb.lock_failure may be set
rustdb.lock_wait may be set
rustdb.log_merge_conflicts may be set
rustdb.merge_conflict may be set
rustdb.new_lifetime may be set
rustdb.regenerate_grace may be set
rustdb.slow_lock_ms may be set
