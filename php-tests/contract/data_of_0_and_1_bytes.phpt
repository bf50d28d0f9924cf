--TEST--
Data of 1 byte and of 0 bytes is stored, and a session that was emptied stays a session
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$handler = new class extends SessionHandler {
    public string $data = '';
    public function write(string $id, string $data): bool
    {
        return parent::write($id, $this->data);
    }
    public function read(string $id): string|false
    {
        var_dump(parent::read($id));
        return '';
    }
};
session_set_save_handler($handler);

session_start();
$id = session_id();
foreach (["\0", '', 'x', ''] as $handler->data) {
    session_write_close();
    echo 'stored: ', bin2hex(row($id)['data']), "\n";
    session_start();
    echo $id === session_id() ? "the id is known\n" : "the id is NOT known\n";
}
?>
--EXPECTF--
string(0) ""
stored: 00
string(1) "%0"
the id is known
stored: 
string(0) ""
the id is known
stored: 78
string(1) "x"
the id is known
stored: 
string(0) ""
the id is known
