--TEST--
A class that extends SessionHandler and passes everything on works as the save handler itself
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

class Passing extends SessionHandler
{
    public function open(string $path, string $name): bool { return parent::open($path, $name); }
    public function close(): bool { return parent::close(); }
    public function read(string $id): string|false { return parent::read($id); }
    public function write(string $id, string $data): bool { return parent::write($id, $data); }
    public function destroy(string $id): bool { return parent::destroy($id); }
    public function gc(int $max_lifetime): int|false { return parent::gc($max_lifetime); }
}
session_set_save_handler(new Passing);

session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
var_dump(is_held($id));
session_write_close();
var_dump(row($id)['data'], is_held($id));

session_start();
var_dump($_SESSION, session_regenerate_id(true), row($id));
$new = session_id();
session_write_close();
var_dump(row($new)['data'], is_held($new));

session_start();
var_dump(session_destroy(), row($new), is_held($new));
?>
--EXPECT--
bool(true)
string(6) "a|i:1;"
bool(false)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
NULL
string(6) "a|i:1;"
bool(false)
bool(true)
NULL
bool(false)
