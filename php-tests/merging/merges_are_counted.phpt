--TEST--
status() and phpinfo() count sessions that were merged and conflicts
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_counters
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$id = store_session(['n' => 1], new_id());
function counted(): string
{
    $counters = Rustdb\status()['counters'];
    ob_start();
    phpinfo(INFO_MODULES);
    preg_match_all('/^(Sessions merged|Merge conflicts|Lock mode) => (.*)$/m', ob_get_clean(), $found);
    return json_encode(array_intersect_key($counters, array_flip(['reads', 'writes', 'births', 'merges', 'merge_conflicts', 'refused_writes', 'lock_timeouts'])))
        . ' ' . json_encode(array_combine($found[1], $found[2])) . ' ' . Rustdb\status()['lock'] . "\n";
}
// In this process, with the others' writes in between.
$write = function (string $others, array $mine) use ($id): string {
    session_id($id);
    session_start();
    request($id, "session_start(); $others", []);
    $_SESSION = $mine + $_SESSION;
    session_write_close();
    return counted();
};
echo 'before: ', counted();
echo 'nobody else: ', $write('', ['a' => 1]);
echo 'another key: ', $write('$_SESSION["b"] = 1;', ['c' => 1]);
echo 'the same keys: ', $write('$_SESSION["n"] = 2; $_SESSION["a"] = 2;', ['n' => 3, 'a' => 3]);
echo 'unchanged: ', $write('$_SESSION["d"] = 2;', []);
ini_set('rustdb.merge_conflict', 'refuse');
set_error_handler(fn() => true);
echo 'refused: ', $write('$_SESSION["n"] = 4;', ['n' => 5]);
echo holds($id), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_counters');
?>
--EXPECT--
before: {"reads":1,"writes":1,"births":1,"lock_timeouts":0,"refused_writes":0,"merges":0,"merge_conflicts":0} {"Lock mode":"merge","Sessions merged":"0","Merge conflicts":"0"} merge
nobody else: {"reads":2,"writes":2,"births":1,"lock_timeouts":0,"refused_writes":0,"merges":0,"merge_conflicts":0} {"Lock mode":"merge","Sessions merged":"0","Merge conflicts":"0"} merge
another key: {"reads":3,"writes":3,"births":1,"lock_timeouts":0,"refused_writes":0,"merges":1,"merge_conflicts":0} {"Lock mode":"merge","Sessions merged":"1","Merge conflicts":"0"} merge
the same keys: {"reads":4,"writes":4,"births":1,"lock_timeouts":0,"refused_writes":0,"merges":2,"merge_conflicts":2} {"Lock mode":"merge","Sessions merged":"2","Merge conflicts":"2"} merge
unchanged: {"reads":5,"writes":4,"births":1,"lock_timeouts":0,"refused_writes":0,"merges":2,"merge_conflicts":2} {"Lock mode":"merge","Sessions merged":"2","Merge conflicts":"2"} merge
refused: {"reads":6,"writes":4,"births":1,"lock_timeouts":0,"refused_writes":1,"merges":2,"merge_conflicts":3} {"Lock mode":"merge","Sessions merged":"2","Merge conflicts":"3"} merge
{"a":3,"n":4,"b":1,"c":1,"d":2}
