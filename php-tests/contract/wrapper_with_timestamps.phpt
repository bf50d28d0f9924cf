--TEST--
A class that implements SessionUpdateTimestampHandlerInterface can validate ids and touch through its parent
--DESCRIPTION--
SessionHandler has neither method: validateId() reads, updateTimestamp() writes what was read.
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

class Validating extends SessionHandler implements SessionUpdateTimestampHandlerInterface
{
    public function validateId(string $id): bool
    {
        echo __FUNCTION__, "\n";
        return parent::read($id) !== '';
    }
    public function updateTimestamp(string $id, string $data): bool
    {
        echo __FUNCTION__, "\n";
        return parent::write($id, $data);
    }
}
session_set_save_handler(new Validating);

session_id($unknown = new_id());
session_start();
$id = session_id();
$_SESSION['a'] = 1;
var_dump($id !== $unknown, is_held($unknown), is_held($id));
session_write_close();
var_dump(row($unknown), row($id)['data']);

$version = row($id)['version'];
session_start();
var_dump(session_id() === $id, $_SESSION, is_held($id));
session_write_close();
var_dump(row($id)['version'] === $version, is_held($id));
?>
--EXPECT--
validateId
bool(true)
bool(false)
bool(true)
NULL
string(6) "a|i:1;"
validateId
bool(true)
array(1) {
  ["a"]=>
  int(1)
}
bool(true)
updateTimestamp
bool(true)
bool(false)
