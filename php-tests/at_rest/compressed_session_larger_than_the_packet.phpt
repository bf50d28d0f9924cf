--TEST--
A session larger than max_allowed_packet is stored where it is smaller than that compressed, and refused with its stored size otherwise
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('compressed', '--max-allowed-packet=1M');
$server->admin();
$zstd = $server->settings() + ['rustdb.compression' => 'zstd'];
foreach (['zstd' => $zstd, 'zstd and encrypted' => encrypted(key_file(new_key()), $zstd), 'neither' => $server->settings()] as $name => $ini) {
    visit($id = new_id(), $ini, 'old');
    $code = <<<'PHP'
        set_error_handler(fn(int $type, string $message) => print(preg_match('/the data is too large.*?packet is \d+/', $message, $found) ? $found[0] : ''));
        session_id($argv[1]);
        session_start();
        $_SESSION['n'] = $argv[2] === 'text' ? str_repeat('some text ', 200_000) : base64_encode(random_bytes(1_500_000));
        session_write_close();
        PHP;
    foreach (['text', 'random'] as $kind) {
        $said = (new OtherProcess($code, [$id, $kind], $ini))->end();
        $found = json_decode(visit($id, $ini))->n;
        echo "$name, $kind: ", $said, strlen($found) > 10 ? 'stored as ' . stored($id) : "old data stands", "\n";
        visit($id, $ini, 'old');
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('compressed');
?>
--EXPECTF--
zstd, text: stored as codec 1
zstd, random: the data is too large: %d bytes as sent, the server's max_allowed_packet is 1048576old data stands
zstd and encrypted, text: stored as codec 3
zstd and encrypted, random: the data is too large: %d bytes as sent, the server's max_allowed_packet is 1048576old data stands
neither, text: the data is too large: %d bytes as sent, the server's max_allowed_packet is 1048576old data stands
neither, random: the data is too large: %d bytes as sent, the server's max_allowed_packet is 1048576old data stands
