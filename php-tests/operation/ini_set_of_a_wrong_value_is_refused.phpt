--TEST--
ini_set() of a wrong word or number warns, is refused, and leaves the old value; right values are taken
--FILE--
<?php
set_error_handler(fn($level, $message) => print("$message\n"));
$values = [
    'rustdb.lock_wait' => ['', '-1', '1.5', '30s', '86401', '0', '86400'],
    'rustdb.lock_failure' => ['', 'ignore', "fail\0", 'readonly'],
    'rustdb.merge_conflict' => ['', 'theirs', 'refuse'],
    'rustdb.log_merge_conflicts' => ['2', 'yes'],
    'rustdb.slow_lock_ms' => ['0.5', '1000'],
];
foreach ($values as $name => $list) {
    foreach ($list as $value) {
        $taken = ini_set($name, $value) !== false;
        echo $taken ? 'taken' : 'refused', ', now ', ini_get($name), "\n";
        ini_restore($name);
    }
}
?>
--EXPECT--
ini_set(): rustdb: rustdb.lock_wait="" is not valid: a whole number from 0 to 86400
refused, now 30
ini_set(): rustdb: rustdb.lock_wait="-1" is not valid: a whole number from 0 to 86400
refused, now 30
ini_set(): rustdb: rustdb.lock_wait="1.5" is not valid: a whole number from 0 to 86400
refused, now 30
ini_set(): rustdb: rustdb.lock_wait="30s" is not valid: a whole number from 0 to 86400
refused, now 30
ini_set(): rustdb: rustdb.lock_wait="86401" is not valid: a whole number from 0 to 86400
refused, now 30
taken, now 0
taken, now 86400
ini_set(): rustdb: rustdb.lock_failure="" is not valid: one of fail, readonly
refused, now fail
ini_set(): rustdb: rustdb.lock_failure="ignore" is not valid: one of fail, readonly
refused, now fail
ini_set(): rustdb: rustdb.lock_failure="fail\0" is not valid: one of fail, readonly
refused, now fail
taken, now readonly
ini_set(): rustdb: rustdb.merge_conflict="" is not valid: one of mine, refuse
refused, now mine
ini_set(): rustdb: rustdb.merge_conflict="theirs" is not valid: one of mine, refuse
refused, now mine
taken, now refuse
ini_set(): rustdb: rustdb.log_merge_conflicts="2" is not valid: 0 or 1
refused, now 0
taken, now yes
ini_set(): rustdb: rustdb.slow_lock_ms="0.5" is not valid: a whole number from 0 to 86400000
refused, now 0
taken, now 1000
