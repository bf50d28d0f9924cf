--TEST--
The table holds the SHA-256 of a session's id and nowhere the id itself
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_id_digest
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['user' => 7]);
$row = admin()->query('SELECT * FROM t_id_digest WHERE ' . IS_SESSION)->fetch_assoc();
var_dump($row['id'] === hash('sha256', $id, true));
foreach ($row as $column => $value) {
    if (stripos((string) $value, $id) !== false || stripos((string) $value, hex2bin($id)) !== false) {
        echo "the id stands in $column\n";
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_id_digest');
?>
--EXPECT--
bool(true)
