--TEST--
rustdb import table symfony brings in the sessions of Symfony's PdoSessionHandler, of the versions before and since 4.4
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (!is_file('/usr/share/php/Symfony/Component/HttpFoundation/Session/Storage/Handler/PdoSessionHandler.php')) {
    die('skip php-symfony-http-foundation is not installed');
}
if (!is_file(ini_get('extension_dir') . '/pdo_mysql.so')) {
    die('skip there is no pdo_mysql to be loaded');
}
?>
--INI--
rustdb.table=t_import_symfony
session.gc_maxlifetime=1440
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

// Symfony's own handler makes the table and stores what its sessions look like.
const SYMFONY = <<<'CODE'
    foreach (glob('/usr/share/php/Symfony/{Contracts,Component/HttpFoundation}/autoload.php', GLOB_BRACE) as $file) { require_once $file; }
    [$socket, $host, $port, $database] = array_map('getenv', array_map(fn($name) => "RUSTDB_TEST_$name", ['SOCKET', 'HOST', 'PORT', 'DATABASE']));
    $handler = new Symfony\Component\HttpFoundation\Session\Storage\Handler\PdoSessionHandler(
        'mysql:dbname=' . $database . ';' . ($socket ? "unix_socket=$socket" : "host=$host;port=$port"),
        ['db_table' => 't_symfony', 'db_username' => getenv('RUSTDB_TEST_USER'), 'db_password' => getenv('RUSTDB_TEST_PASSWORD')],
    );
    $argv[1] !== '' || $handler->createTable();
    $storage = new Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage(['use_cookies' => 0], $handler);
    $session = new Symfony\Component\HttpFoundation\Session\Session($storage);
    $argv[1] === '' || $session->setId($argv[1]);
    $session->start();
    $argv[1] !== '' || $session->set('user', ['name' => "J\u{f8}rgen", 'roles' => ["a\0b"]]);
    tell(json_encode([$session->getId(), $session->get('user')]));
    $session->save();
CODE;
$extensions = ini_get('extension_dir');
$pdo = array_filter(["$extensions/pdo.so", "$extensions/pdo_mysql.so"], 'is_file');
function symfony(string $id, string $handler): array
{
    global $pdo;
    $load = implode('', array_map(fn(string $file) => "extension=$file\n", $pdo));
    $ini = getenv('RUSTDB_TEST_DIR') . '/symfony.ini';
    file_put_contents($ini, file_get_contents(php_ini_loaded_file()) . $load);
    $command = str_replace(php_ini_loaded_file(), $ini, php_command(['session.save_handler' => $handler]));
    $code = 'require ' . var_export(__DIR__ . '/../inc/common.inc', true) . ';' . SYMFONY;
    if ($handler === 'rustdb') {
        // handler_id: null in Symfony's configuration.
        $code = preg_replace('/\$handler = new .*?\);/s', '$handler = null;', $code);
    }
    $process = proc_open([...$command, '-d', 'date.timezone=UTC', '-r', $code, '--', $id], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
    $said = stream_get_contents($pipes[1]);
    proc_close($process);
    return json_decode($said, true) ?? throw new Exception($said);
}

admin()->query('DROP TABLE IF EXISTS t_symfony');
[$id] = symfony('', 'files');
$columns = admin()->query("SELECT sess_time,sess_lifetime-sess_time FROM t_symfony")->fetch_row();
echo "stored by Symfony, to live $columns[1] s\n";
// As versions before 4.4 stored it: the length in place of the end.
[$early, $expired, $bare] = [new_id(), new_id(), new_id()];
foreach ([[$early, 1440, 'sess_time'], [$expired, 1440, 'sess_time-1500']] as [$copy, $lifetime, $time]) {
    admin()->query("INSERT INTO t_symfony SELECT '$copy',sess_data,$lifetime,$time FROM t_symfony WHERE sess_id='$id'");
}
admin()->query("INSERT INTO t_symfony VALUES ('$bare','',UNIX_TIMESTAMP()+1440,UNIX_TIMESTAMP())");

store_session([]); // makes the table
foreach (['first', 'second'] as $run) {
    echo "$run run: ", preg_replace('/ imported into t_import_symfony on \S+/', ' imported', import_table('--from=t_symfony', 'symfony'));
}
foreach (['current' => $id, 'early' => $early] as $name => $there) {
    $row = row($there);
    echo "$name: ends ", $row['expires_at'] - $columns[0], " s after its last use, codec $row[codec]\n";
}
var_dump(row($id)['version'] !== row($early)['version'], row($expired), row($bare));
// And Symfony finds it in PHP's own save handler.
[$found, $user] = symfony($id, 'rustdb');
var_dump($found === $id);
echo json_encode($user), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_import_symfony');
drop_table('t_symfony');
?>
--EXPECT--
stored by Symfony, to live 1440 s
first run: 2 imported
second run: 0 imported
current: ends 1440 s after its last use, codec 0
early: ends 1440 s after its last use, codec 0
bool(true)
NULL
NULL
bool(true)
{"name":"J\u00f8rgen","roles":["a\u0000b"]}
