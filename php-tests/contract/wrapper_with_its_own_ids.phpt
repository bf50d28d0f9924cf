--TEST--
A class with a create_sid() of its own names the sessions, in strict mode and at session_regenerate_id() too
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

class Naming extends SessionHandler
{
    public function create_sid(): string
    {
        return 'web1-' . parent::create_sid();
    }
}
session_set_save_handler(new Naming);
foreach (['0', '1'] as $strict) {
    ini_set('session.use_strict_mode', $strict);
    session_id('');
    session_start();
    $first = session_id();
    $_SESSION['a'] = 1;
    session_regenerate_id();
    $second = session_id();
    session_write_close();
    foreach ([$first, $second] as $id) {
        var_dump(substr($id, 0, 5), strlen($id), row($id)['data'], is_held($id));
    }
}
?>
--EXPECT--
string(5) "web1-"
int(37)
string(6) "a|i:1;"
bool(false)
string(5) "web1-"
int(37)
string(6) "a|i:1;"
bool(false)
string(5) "web1-"
int(37)
string(6) "a|i:1;"
bool(false)
string(5) "web1-"
int(37)
string(6) "a|i:1;"
bool(false)
