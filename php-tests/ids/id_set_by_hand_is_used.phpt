--TEST--
session_id() set by hand chooses the session, and each start takes the id that was set last
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$one = store_session(['name' => 'one']);
$two = store_session(['name' => 'two']);
foreach (['two' => $two, 'one' => $one] as $name => $id) {
    session_id(new_id());
    session_id($id);
    session_start();
    echo $name, ': ', $_SESSION['name'], ', ', session_id() === $id ? 'its id' : 'ANOTHER ID', "\n";
    $_SESSION['seen'] = true;
    session_write_close();
}
var_dump(row($one)['data'], row($two)['data']);
?>
--EXPECT--
two: two, its id
one: one, its id
string(24) "name|s:3:"one";seen|b:1;"
string(24) "name|s:3:"two";seen|b:1;"
