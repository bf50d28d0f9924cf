--TEST--
The serialize handlers php, php_serialize and php_binary store and read their own formats
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$data = ['key' => "a|b;'\0", 'list' => [1, 2]];
foreach (['php', 'php_serialize', 'php_binary'] as $handler) {
    ini_set('session.serialize_handler', $handler);
    $id = store_session($data);
    echo $handler, ': ', addcslashes(row($id)['data'], "\0..\37"), "\n";
    $_SESSION = [];
    session_start();
    var_dump($_SESSION === $data);
    session_abort();
}
?>
--EXPECT--
php: key|s:6:"a|b;'\000";list|a:2:{i:0;i:1;i:1;i:2;}
bool(true)
php_serialize: a:2:{s:3:"key";s:6:"a|b;'\000";s:4:"list";a:2:{i:0;i:1;i:1;i:2;}}
bool(true)
php_binary: \003keys:6:"a|b;'\000";\004lista:2:{i:0;i:1;i:1;i:2;}
bool(true)
