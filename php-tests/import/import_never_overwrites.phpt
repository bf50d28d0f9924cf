--TEST--
rustdb import leaves what rustdb has written, brings its own rows up to date, and comes back to what requests hold
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import_never
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';
require __DIR__ . '/../inc/faults.inc';

$folder = session_folder('never');
$ids = ['rustdb', 'changed', 'older', 'newer', 'hot', 'born', 'held', 'file'];
$ids = array_combine($ids, array_map(new_id(...), $ids));
/** Writes a session as the site does while it is still on files; used so many seconds ago. */
function site(string $name, string $what, int $ago = 100): void
{
    global $folder, $ids;
    store_files($folder, [$ids[$name] => ['from' => $what]]);
    if ($ago > 0) {
        touch("$folder/sess_$ids[$name]", time() - $ago);
    }
}
function found(string ...$names): void
{
    foreach ($names as $name) {
        echo "$name: ", row($GLOBALS['ids'][$name])['data'] ?? 'nothing', "\n";
    }
}

echo "-- A session that rustdb made under the same id\n";
ini_set('session.use_strict_mode', '0');
store_session(['from' => 'rustdb'], $ids['rustdb']);
site('rustdb', 'files');
import(OWNER, $folder);
found('rustdb');

echo "-- Imported; then used on files, with an older and a newer mtime, or by rustdb\n";
site('older', 'the first import');
site('newer', 'the first import');
site('changed', 'the first import');
site('hot', 'the first import', 0);
import(OWNER, $folder);
$version = row($ids['newer'])['version'];
site('older', 'a restored backup', 200);
site('newer', 'later', 50);
store_session(['from' => 'rustdb'], $ids['changed']);
site('changed', 'later', 50);
// Within the same second perhaps, for which an mtime has no other value.
touch("$folder/sess_$ids[hot]", filemtime("$folder/sess_$ids[hot]"));
file_put_contents("$folder/sess_$ids[hot]", 'from|s:5:"later";');
import(OWNER, $folder);
found('older', 'newer', 'changed', 'hot');
var_dump(row($ids['newer'])['version'] !== $version);

echo "-- Held by requests: of rustdb, of a session being born in rustdb, of files\n";
site('newer', 'latest', 40);
site('born', 'files');
site('file', 'files');
touch("$folder/sess_$ids[hot]", time() - 100); // done with
$holder = hold_row($ids['newer']);
$birth = new OtherProcess(
    'session_id($argv[1]); session_start(); tell("born"); listen(); session_destroy();', [$ids['born']], ['session.use_strict_mode' => '0'],
);
$birth->hear();
$file = fopen("$folder/sess_$ids[file]", 'r+');
flock($file, LOCK_EX);
import(OWNER, '--wait=0', $folder);
found('newer', 'file');
$holder->rollback();
echo $birth->say(), $birth->end();
flock($file, LOCK_UN);
import(OWNER, '--wait=0', $folder);
found('newer', 'born', 'file');

echo "-- Written by requests while the import waits for them\n";
site('newer', 'the last import', 30);
touch("$folder/sess_$ids[born]", time() - 30);
admin()->query('DELETE FROM ' . row_of($ids['born']));
$holders = [hold_row($ids['newer']), new_admin()];
$holders[0]->query(str_replace(' WHERE ', " SET version=5,data='from|s:6:\"rustdb\";' WHERE ", 'UPDATE ' . row_of($ids['newer'])));
$holders[1]->begin_transaction();
$holders[1]->query("INSERT INTO t_import_never (id,version,created_at,expires_at,data)
    VALUES (UNHEX(SHA2('$ids[born]',256)),5,1,UNIX_TIMESTAMP()+100,'from|s:6:\"rustdb\";')");
$import = start_import([OWNER, $folder]);
foreach (['newer' => 0, 'born' => 1] as $name => $i) {
    wait_until(fn() => waiters($ids[$name]) > 0 || !proc_get_status($import)['running']);
    $holders[$i]->commit();
}
echo preg_replace('/^(from|to ) .*\n/m', '', stream_get_contents($import_pipes[1]));
found('newer', 'born');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('never');
drop_table('t_import_never');
?>
--EXPECT--
-- A session that rustdb made under the same id
        0 imported
        1 left as rustdb has them
status 0
rustdb: from|s:6:"rustdb";
-- Imported; then used on files, with an older and a newer mtime, or by rustdb
        4 imported
        1 left as rustdb has them
status 0
        0 imported
        2 brought up to date (imported before, the file is newer)
        1 imported before
        2 left as rustdb has them
status 0
older: from|s:16:"the first import";
newer: from|s:5:"later";
changed: from|s:6:"rustdb";
hot: from|s:5:"later";
bool(true)
-- Held by requests: of rustdb, of a session being born in rustdb, of files
        0 imported
        2 imported before
        2 left as rustdb has them
        3 held by requests: run it again
status 1
newer: from|s:5:"later";
file: nothing
        2 imported
        1 brought up to date (imported before, the file is newer)
        2 imported before
        2 left as rustdb has them
status 0
newer: from|s:6:"latest";
born: from|s:5:"files";
file: from|s:5:"files";
-- Written by requests while the import waits for them
        0 imported
        3 imported before
        4 left as rustdb has them
newer: from|s:6:"rustdb";
born: from|s:6:"rustdb";
