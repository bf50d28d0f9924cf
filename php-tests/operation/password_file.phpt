--TEST--
rustdb.password_file wins over rustdb.password, may end with a newline, and a missing, empty or unreadable one, or one that others may use, is named
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$file = tempnam(getenv('RUSTDB_TEST_DIR'), 'password');
$good = getenv('RUSTDB_TEST_PASSWORD');
$contents = ['plain' => $good, 'newline' => "$good\n", 'CR LF' => "$good\r\n", 'two newlines' => "$good\n\n", 'wrong' => 'wrong-horse',
    'empty' => '', 'only a newline' => "\n"];
foreach ($contents as $name => $content) {
    file_put_contents($file, $content);
    $said = start_with(['rustdb.password_file' => $file, 'rustdb.password' => $name === 'wrong' ? $good : 'wrong-horse'], '0123456789abcdef');
    echo "$name: ", str_replace($file, 'FILE', $said);
}
file_put_contents($file, $good);
foreach ([0400, 0440, 0640, 0660, 0604, 0602, 0644] as $mode) {
    chmod($file, $mode);
    printf('%04o: %s', $mode, str_replace($file, 'FILE', start_with(['rustdb.password_file' => $file], '0123456789abcdef')));
}
unlink($file);
echo 'missing: ', str_replace($file, 'FILE', start_with(['rustdb.password_file' => $file], '0123456789abcdef'));
echo 'a folder: ', start_with(['rustdb.password_file' => '/'], '0123456789abcdef');
?>
--EXPECTF--
plain: started
newline: started
CR LF: started
two newlines: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): the server says 1045: Access denied for user 'rustdb'@'%s' (using password: YES)%S; check rustdb.user, its password and its grants
not started
wrong: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): the server says 1045: Access denied for user 'rustdb'@'%s' (using password: YES)%S; check rustdb.user, its password and its grants
not started
empty: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: the file is empty; correct it in php.ini or the pool's configuration
not started
only a newline: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: the file is empty; correct it in php.ini or the pool's configuration
not started
0400: started
0440: started
0640: started
0660: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: its group may write the file (mode 0660); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
0604: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: others may use the file (mode 0604); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
0602: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: others may use the file (mode 0602); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
0644: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: others may use the file (mode 0644); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
missing: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=FILE is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration
not started
a folder: session_start(): rustdb: cannot read session 01234567… (table %s on SERVER): rustdb.password_file=/ is not valid: it is no regular file; correct it in php.ini or the pool's configuration
not started
