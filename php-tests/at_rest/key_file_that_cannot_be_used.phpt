--TEST--
A key file that is missing, empty, broken or open to others starts no session, and never shows what is in it
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_key_files
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$file = key_file();
$key = new_key();
$short = base64_encode(random_bytes(16));
$contents = [
    'good' => ["$key\n", 0640],
    'empty' => ['', 0600],
    'comments only' => ["# none yet\n\n", 0600],
    'too short a key' => ["$key\n$short\n", 0600],
    'hex' => [bin2hex(base64_decode($key)) . "\n", 0600],
    'two on a line' => ["$key $key\n", 0600],
    'not text' => ["\xff\xfe", 0600],
    'open to others' => ["$key\n", 0644],
    'written by the group' => ["$key\n", 0660],
];
$id = store_session(['n' => 'plain']);
foreach ($contents as $name => [$text, $mode]) {
    put_keys($file, $text, $mode);
    $said = start_with(encrypted($file), $name === 'good' ? $id : new_id());
    echo "$name: ", preg_replace('/read session \w{8}/', 'read session ID', str_replace($file, 'FILE', $said));
    echo str_contains($said, $key) || str_contains($said, $short) ? "THE KEY IS SHOWN\n" : '';
}
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    echo "$lock, missing, an existing session: ", visit($id, encrypted('/nonexistent', ['rustdb.lock' => $lock]), 'lost');
    echo "$lock, missing, a new one: ", visit(new_id(), encrypted('/nonexistent', ['rustdb.lock' => $lock]), 'lost');
}
echo rows(), ' row, ', row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_key_files');
?>
--EXPECTF--
good: started
empty: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: the file is empty; correct it in php.ini or the pool's configuration
not started
comments only: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: the file has no key (openssl rand -base64 32); correct it in php.ini or the pool's configuration
not started
too short a key: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: line 2 is not 32 bytes in base64 (openssl rand -base64 32); correct it in php.ini or the pool's configuration
not started
hex: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: line 1 is not 32 bytes in base64 (openssl rand -base64 32); correct it in php.ini or the pool's configuration
not started
two on a line: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: line 1 is not 32 bytes in base64 (openssl rand -base64 32); correct it in php.ini or the pool's configuration
not started
not text: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: the file is no text in UTF-8; correct it in php.ini or the pool's configuration
not started
open to others: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: others may use the file (mode 0644); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
written by the group: session_start(): rustdb: cannot read session ID… (table %s.t_key_files on SERVER): rustdb.encryption_key_file=FILE is not valid: its group may write the file (mode 0660); chmod 0600, or 0640 with the group of PHP's workers; correct it in php.ini or the pool's configuration
not started
row, missing, an existing session: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
row, missing, a new one: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
lease, missing, an existing session: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
lease, missing, a new one: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
merge, missing, an existing session: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
merge, missing, a new one: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
none, missing, an existing session: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
none, missing, a new one: (rustdb.encryption_key_file=/nonexistent is not valid: the file cannot be read (No such file or directory (os error 2)); correct it in php.ini or the pool's configuration) refused
1 row, n|s:5:"plain";
