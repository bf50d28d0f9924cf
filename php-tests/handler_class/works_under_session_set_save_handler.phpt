--TEST--
Under session_set_save_handler() a Rustdb\Handler is what the save handler is: strict mode, lazy writes, new ids, read_and_close, reset, gc, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_module
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

foreach (['merge', 'row', 'none'] as $lock) {
    echo "== $lock\n";
    session_set_save_handler(new Rustdb\Handler(['lock' => $lock]));
    session_id($foreign = new_id());
    session_start();
    echo 'a foreign id is replaced: ', json_encode(($id = session_id()) !== $foreign), ', held: ', json_encode(is_held($id)), "\n";
    session_write_close();
    session_start();
    echo 'an empty session keeps its id, and has no row: ', json_encode([session_id() === $id, row($id)]), "\n";
    $_SESSION['a'] = 1;
    session_write_close();
    $version = row($id)['version'];
    session_start();
    session_write_close();
    echo row($id)['data'], ' unchanged is not written: ', json_encode(row($id)['version'] === $version), ', held: ', json_encode(is_held($id)), "\n";
    session_start(['read_and_close' => true]);
    echo 'read and closed: ', json_encode($_SESSION), "\n";
    session_start();
    $_SESSION['a'] = 2;
    session_reset();
    echo 'reset: ', json_encode($_SESSION);
    $_SESSION['b'] = 1;
    session_regenerate_id(true);
    echo ', another id: ', mark_of($id), ', ', json_encode([session_id() !== $id, $_SESSION]), "\n";
    $_SESSION['c'] = 1;
    $id = session_id();
    session_regenerate_id(false);
    session_write_close();
    echo 'the old one stays: ', row($id)['data'], ', ', row(session_id())['data'], "\n";
    session_start();
    change_row($id, 'expires_at=6');
    echo 'gc: ', json_encode(session_gc()), ', a new id is free: ', json_encode(row(session_create_id())), "\n";
    $id = session_id();
    session_destroy();
    echo 'destroyed: ', mark_of($id), ', held: ', json_encode(is_held($id)), "\n";
}
// Two requests of the session module merge in the format of session.serialize_handler.
session_set_save_handler(new Rustdb\Handler);
$ini = ['session.save_handler' => 'rustdb', 'rustdb.lock' => 'merge'];
foreach (['php', 'php_serialize', 'php_binary'] as $format) {
    ini_set('session.serialize_handler', $format);
    session_id(new_id());
    ini_set('session.use_strict_mode', '0');
    session_start();
    $_SESSION = ['a' => 1];
    session_write_close();
    session_start();
    $other = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["theirs"] = 1;', [session_id()], $ini + ['session.serialize_handler' => $format, 'session.use_strict_mode' => '0']);
    echo $other->end();
    $_SESSION['mine'] = 1;
    session_write_close();
    session_start();
    echo "$format: ", json_encode($_SESSION), "\n";
    session_write_close();
}
// What others have stored under the old id goes along to the new one.
session_start();
$other = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["late"] = 1;', [session_id()], $ini + ['session.serialize_handler' => 'php_binary', 'session.use_strict_mode' => '0']);
echo $other->end();
session_regenerate_id(true);
$_SESSION['new'] = 1;
session_write_close();
session_start();
echo json_encode($_SESSION), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_module');
?>
--EXPECT--
== merge
a foreign id is replaced: true, held: false
an empty session keeps its id, and has no row: [true,null]
a|i:1; unchanged is not written: true, held: false
read and closed: {"a":1}
reset: {"a":1}, another id: regenerated, [true,{"a":1,"b":1}]
the old one stays: a|i:1;b|i:1;c|i:1;, a|i:1;b|i:1;c|i:1;
gc: 1, a new id is free: null
destroyed: gone, held: false
== row
a foreign id is replaced: true, held: true
an empty session keeps its id, and has no row: [true,null]
a|i:1; unchanged is not written: true, held: false
read and closed: {"a":1}
reset: {"a":1}, another id: regenerated, [true,{"a":1,"b":1}]
the old one stays: a|i:1;b|i:1;c|i:1;, a|i:1;b|i:1;c|i:1;
gc: 1, a new id is free: null
destroyed: gone, held: false
== none
a foreign id is replaced: true, held: false
an empty session keeps its id, and has no row: [true,null]
a|i:1; unchanged is not written: true, held: false
read and closed: {"a":1}
reset: {"a":1}, another id: regenerated, [true,{"a":1,"b":1}]
the old one stays: a|i:1;b|i:1;c|i:1;, a|i:1;b|i:1;c|i:1;
gc: 1, a new id is free: null
destroyed: gone, held: false
php: {"a":1,"theirs":1,"mine":1}
php_serialize: {"a":1,"theirs":1,"mine":1}
php_binary: {"a":1,"theirs":1,"mine":1}
{"a":1,"theirs":1,"mine":1,"late":1,"new":1}
