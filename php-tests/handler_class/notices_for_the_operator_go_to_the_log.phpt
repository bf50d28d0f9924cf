--TEST--
What an operator should know and nobody else is a line of PHP's log where a script calls a Rustdb\Handler, and the warning of ever where PHP's session module does
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

putenv('RUSTDB_TEST_INC=' . dirname(__DIR__) . '/inc');
$log = tempnam(getenv('RUSTDB_TEST_DIR'), 'log');
/** What a process tells whose key file breaks between two reads, and what its log has. */
$run = function (string $read) use ($log): void {
    $file = key_file($key = new_key());
    file_put_contents($log, '');
    $process = new OtherProcess(
        'require getenv("RUSTDB_TEST_INC") . "/handler.inc"; set_error_handler(fn($type, $text) => print("WARNING $text\n"));'
        . '$handler = new Rustdb\Handler; ob_start(); $id = framework_id(); $handler->read($id); $handler->write($id, "a|i:1;");'
        . "tell('read'); listen(); $read",
        [],
        encrypted($file, ['error_log' => $log]),
    );
    $process->hear();
    put_keys($file, "$key\noops\n", 0600);
    // It looks at the file once a second.
    sleep(1);
    $process->say();
    echo str_replace($file, 'FILE', $process->end() . preg_replace('/^\[.*?\] /m', 'log: ', file_get_contents($log)));
    unlink($file);
};
$run('echo $handler->read($id), "\n";');
$run('session_set_save_handler($handler); session_id($id); session_start(); echo json_encode($_SESSION), "\n";');
unlink($log);
?>
--EXPECT--
a|i:1;
log: rustdb: rustdb.encryption_key_file=FILE is not valid: line 2 is not 32 bytes in base64 (openssl rand -base64 32); the keys that were read before stay in use until this process ends in Standard input code
WARNING Rustdb\Handler::read(): rustdb: rustdb.encryption_key_file=FILE is not valid: line 2 is not 32 bytes in base64 (openssl rand -base64 32); the keys that were read before stay in use until this process ends
{"a":1}
