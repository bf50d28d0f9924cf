--TEST--
Keys are rotated under running processes: added behind the old one, moved to the front, and the old one removed
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

[$old, $new] = [new_key(), new_key()];
$file = key_file($old);
$settings = encrypted($file, ['rustdb.encryption' => 'required']);
$server = new OtherProcess(<<<'PHP'
    set_error_handler(fn(int $type, string $message) => tell($message));
    while (($id = listen()) !== '') {
        session_id($id);
        $started = session_start();
        $n = $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
        $started && session_write_close();
        tell($started ? "visit $n" : 'refused');
    }
    PHP, [], $settings);
$visit = function (string $id) use ($server): string {
    $server->say($id);
    return $server->hear();
};
$key_of = fn(string $id): string => bin2hex(substr(row($id)['data'], 0, 4));

$id = new_id();
echo $visit($id), "\n";
$first = $key_of($id);

put_keys($file, "# added\n$old\n$new\n");
// It looks at the file once a second.
sleep(1);
echo $visit($id), ', ', $key_of($id) === $first ? 'still with the old key' : 'with ANOTHER key', "\n";

put_keys($file, "$new\n\n# old\n$old\n");
sleep(1);
echo $visit($id), ', ', ($second = $key_of($id)) === $first ? 'STILL with the old key' : 'with the new key', "\n";
$unvisited = new_id();
visit($unvisited, encrypted(key_file($old)), 'x');

echo 'rows that need the old key: ', admin()->query('SELECT COUNT(*) FROM `' . ini_get('rustdb.table')
    . "` WHERE codec>=2 AND LEFT(data,4)=x'$first'")->fetch_row()[0], "\n";
put_keys($file, "$new\n");
sleep(1);
echo $visit($id), ', ', $key_of($id) === $second ? 'with the new key' : 'with ANOTHER key', "\n";
echo preg_replace("/$first/", 'OLD', preg_replace('/.*?\): /', '', trim(visit($unvisited, $settings)))), "\n";
$server->say();
echo $server->end();

// The row names a key that another process has read a moment before this one looked.
$slow = new OtherProcess('session_id($argv[1]); listen(); session_start(); tell(json_encode($_SESSION));
    session_write_close(); listen(); session_start(); tell(json_encode($_SESSION));', [$id], $settings);
$slow->say();
echo $slow->hear(), "\n";
$newest = new_key();
put_keys($file, "$newest\n$new\n");
visit($id, $settings, 'newest');
$slow->say();
echo $slow->hear(), "\n";
echo $slow->end();

ob_start();
phpinfo(INFO_MODULES);
echo preg_match('/^Encryption of stored data.*/m', ob_get_clean(), $found) ? $found[0] : 'nothing', "\n";
?>
--EXPECTF--
visit 1
visit 2, still with the old key
visit 3, with the new key
rows that need the old key: 1
visit 4, with the new key
(the row is encrypted with key OLD, which rustdb.encryption_key_file does not have; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused
{"n":4}
{"n":"newest"}
Encryption of stored data => off
