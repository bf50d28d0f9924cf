--TEST--
A write of unchanged data under a class that extends SessionHandler is a touch: version and data stand
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

session_set_save_handler(new class extends SessionHandler {
    public function write(string $id, string $data): bool
    {
        echo "write\n";
        return parent::write($id, $data);
    }
});
$id = store_session(['a' => 1]);
$before = row($id);
session_start();
session_write_close();
$after = row($id);
var_dump($after['version'] === $before['version'], $after['expires_at'] === $before['expires_at']);

change_row($id, 'expires_at=expires_at-100');
session_start();
session_write_close();
$after = row($id);
var_dump($after['version'] === $before['version'], $after['expires_at'] >= $before['expires_at'], is_held($id));
?>
--EXPECT--
write
write
bool(true)
bool(true)
write
bool(true)
bool(true)
bool(false)
