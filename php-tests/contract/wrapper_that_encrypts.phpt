--TEST--
A class that stores something else than it reads works: its data is compared with what is in the row
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_set_save_handler(new class extends SessionHandler {
    public function read(string $id): string|false
    {
        return strrev((string) parent::read($id));
    }
    public function write(string $id, string $data): bool
    {
        return parent::write($id, strrev($data));
    }
});
$id = store_session(['a' => 1]);
session_start();
$version = row($id)['version'];
session_write_close();
var_dump(row($id)['data'], row($id)['version'] === $version);

session_start();
$_SESSION['b'] = 2;
session_write_close();
var_dump(row($id)['data'], row($id)['version'] === $version);
?>
--EXPECT--
string(6) ";1:i|a"
bool(true)
string(12) ";2:i|b;1:i|a"
bool(false)
