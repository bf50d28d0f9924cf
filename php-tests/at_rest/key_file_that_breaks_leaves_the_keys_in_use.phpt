--TEST--
A key file that breaks or goes away under a running process is warned about once; the keys read before stay in use
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$file = key_file($key = new_key());
$server = new OtherProcess(<<<'PHP'
    set_error_handler(fn(int $type, string $message) => tell($message));
    session_id(new_id());
    while (listen() === 'go') {
        session_start();
        $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        session_write_close();
        tell("visit $_SESSION[n], " . 'codec ' . row(session_id())['codec']);
    }
    PHP, [], encrypted($file, ['rustdb.encryption' => 'required']));
$visit = function () use ($server, $file, $key): void {
    $server->say('go');
    do {
        echo str_replace([$file, $key], ['FILE', 'THE KEY'], $line = $server->hear()), "\n";
    } while (!str_starts_with($line, 'visit'));
};
$visit();
foreach (['broken' => ["$key\noops\n", 0600], 'open to others' => ["$key\n", 0644], 'gone' => null, 'back' => ["$key\n", 0600]] as $name => $state) {
    echo "$name:\n";
    $state ? put_keys($file, ...$state) : unlink($file);
    // It looks at the file once a second.
    sleep(1);
    $visit();
    $visit();
}
$server->say();
echo $server->end();
?>
--EXPECT--
visit 1, codec 2
broken:
session_start(): rustdb: rustdb.encryption_key_file=FILE is not valid: line 2 is not 32 bytes in base64 (openssl rand -base64 32); the keys that were read before stay in use until this process ends
visit 2, codec 2
visit 3, codec 2
open to others:
session_start(): rustdb: rustdb.encryption_key_file=FILE is not valid: others may use the file (mode 0644); chmod 0600, or 0640 with the group of PHP's workers; the keys that were read before stay in use until this process ends
visit 4, codec 2
visit 5, codec 2
gone:
session_start(): rustdb: rustdb.encryption_key_file=FILE is not valid: the file cannot be read (No such file or directory (os error 2)); the keys that were read before stay in use until this process ends
visit 6, codec 2
visit 7, codec 2
back:
visit 8, codec 2
visit 9, codec 2
