--TEST--
Ids that PHP could not have made are refused or replaced, and make no row
--DESCRIPTION--
PHP itself replaces ids with quotes, backslashes and white space; all others reach the save handler.
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_forged_ids
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

store_session(['a' => 1], 'known');
set_error_handler(function (int $level, string $message): bool {
    echo preg_match('/the session id has [^;]*/', $message, $found) ? "  $found[0]\n" : '';
    return true;
});
$forged = [
    "x' OR '1'='1", 'x"y', "x\\y", "x y", "x\ny",
    "known\0x", "known\0", 'x;DROP', 'x/../y', '../x', 'x_y', 'x.y', "x\u{e9}", "x\xff", 'x%', 'x--;', 'x`y', '1=1', '<script>',
];
foreach ($forged as $id) {
    session_id($id);
    $started = session_start();
    $_SESSION['b'] = 2;
    echo json_encode($id, JSON_INVALID_UTF8_SUBSTITUTE), ': ', match (true) {
        !$started => 'refused',
        session_id() !== $id => 'replaced',
        default => 'TAKEN',
    }, "\n";
    session_status() === PHP_SESSION_ACTIVE && session_abort();
}
var_dump(rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_forged_ids');
?>
--EXPECT--
"x' OR '1'='1": replaced
"x\"y": replaced
"x\\y": replaced
"x y": replaced
"x\ny": replaced
  the session id has characters that no session id has
"known\u0000x": refused
  the session id has characters that no session id has
"known\u0000": refused
  the session id has characters that no session id has
"x;DROP": refused
  the session id has characters that no session id has
"x\/..\/y": refused
  the session id has characters that no session id has
"..\/x": refused
  the session id has characters that no session id has
"x_y": refused
  the session id has characters that no session id has
"x.y": refused
  the session id has characters that no session id has
"x\u00e9": refused
  the session id has characters that no session id has
"x\ufffd": refused
  the session id has characters that no session id has
"x%": refused
  the session id has characters that no session id has
"x--;": refused
  the session id has characters that no session id has
"x`y": refused
  the session id has characters that no session id has
"1=1": refused
"<script>": replaced
int(1)
