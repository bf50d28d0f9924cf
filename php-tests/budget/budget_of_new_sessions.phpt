--TEST--
Round trips of requests with a new session: two where PHP made the id, three where the client did; an empty one commits nothing
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

$visitor = new Visitor();
$id = fn() => "session_id('" . new_id() . "');";
$visitor->visit('id made by PHP', 'session_id(""); session_start(); $_SESSION["n"] = 1; session_write_close();');
$visitor->visit('id made by PHP, left empty', 'session_id(""); session_start(); session_write_close();');
$visitor->visit('id brought by the client', "{$id()} session_start(); \$_SESSION['n'] = 1; session_write_close();");
$visitor->visit('id brought by the client, left empty', "{$id()} session_start(); session_write_close();");
$visitor->visit('id brought by the client, read_and_close', "{$id()} session_start(['read_and_close' => true]);");

$visitor = new Visitor(['session.use_strict_mode' => '1']);
$visitor->visit('strict, id made by PHP', 'session_id(""); session_start(); $_SESSION["n"] = 1; session_write_close();');
$visitor->visit('strict, unknown id brought by the client', "{$id()} session_start(); \$_SESSION['n'] = 1; session_write_close();");
$visitor->visit('strict, unknown id, read_and_close', "{$id()} session_start(['read_and_close' => true]);");
$visitor->visit('strict, forged id', 'session_id("../../etc/passwd"); session_start(); session_write_close();');
?>
--EXPECT--
id made by PHP: 2 = insert | update, commit
id made by PHP, left empty: 2 = insert | rollback
id brought by the client: 3 = execute select for update | insert, select for update | update, commit
id brought by the client, left empty: 3 = execute select for update | insert, select for update | rollback
id brought by the client, read_and_close: 1 = select, commit
strict, id made by PHP: 2 = insert | update, commit
strict, unknown id brought by the client: 3 = execute select for update | rollback, insert | update, commit
strict, unknown id, read_and_close: 2 = select, commit | select, commit
strict, forged id: 2 = insert | rollback
