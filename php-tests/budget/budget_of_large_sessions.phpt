--TEST--
A large session goes as the parameter of a prepared statement: three round trips, and one more to prepare it once
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$id = store_session(['n' => 1]);
$visitor = new Visitor();
foreach (['first', 'second', 'third'] as $n => $which) {
    $visitor->visit($which, "session_id('$id'); session_start(); \$_SESSION['large'] = str_repeat('$n', 70000); session_write_close();");
}
$visitor->visit('unchanged', "session_id('$id'); session_start(); session_write_close();");
?>
--EXPECT--
first: 4 = execute select for update | prepare update | execute update | commit
second: 3 = execute select for update | execute update | commit
third: 3 = execute select for update | execute update | commit
unchanged: 2 = execute select for update | rollback
