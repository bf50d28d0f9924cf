--TEST--
Strict mode replaces ids that are unknown, expired or forged, without a warning and without a row of theirs
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
rustdb.table=t_strict_replaces
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

ini_set('session.use_strict_mode', '0');
$expired = store_session(['old' => 1]);
change_row($expired, 'expires_at=1000');
ini_set('session.use_strict_mode', '1');

$ids = [
    'unknown' => new_id(),
    'expired' => $expired,
    'slash' => '../x',
    'NUL' => "x\0y",
    'too long' => str_repeat('x', 257),
];
foreach ($ids as $kind => $id) {
    session_id($id);
    var_dump(session_start());
    $_SESSION['kind'] = $kind;
    $new = session_id();
    echo "$kind: ", $id === $new ? 'KEPT' : 'replaced', ', ', is_held($new) ? 'the new id is locked' : 'NOT LOCKED';
    echo is_held($id) ? ', the old id is LOCKED' : '', "\n";
    session_write_close();
    echo row($new)['data'], ', ', ($row = row($id)) ? "old row expires at $row[expires_at]" : 'no old row', "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_strict_replaces');
?>
--EXPECT--
bool(true)
unknown: replaced, the new id is locked
kind|s:7:"unknown";, no old row
bool(true)
expired: replaced, the new id is locked
kind|s:7:"expired";, old row expires at 1000
bool(true)
slash: replaced, the new id is locked
kind|s:5:"slash";, no old row
bool(true)
NUL: replaced, the new id is locked
kind|s:3:"NUL";, no old row
bool(true)
too long: replaced, the new id is locked
kind|s:8:"too long";, no old row
