--TEST--
rustdb import, killed and run again while the site is live, has all of 2,000 files (RUSTDB_IMPORT_FILES: as many as that) in the table
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import_many
session.gc_maxlifetime=100000
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

$files = (int) (getenv('RUSTDB_IMPORT_FILES') ?: 2000);
$folder = session_folder('many');
$ids = [];
for ($i = 0; $i < $files; $i++) {
    $ids[] = $id = new_id();
    file_put_contents("$folder/sess_$id", "n|i:$i;rest|s:1000:\"" . str_repeat(chr(97 + $i % 26), 1000) . '";');
    touch("$folder/sess_$id", time() - 5000 - $i % 5000);
}
// Somebody's session that is there already, used at all times.
$visitor = store_session(['visits' => 0]);
/** A visit; whether it took less than the import's whole work. */
function visit_quickly(int $n): bool
{
    $start = microtime(true);
    session_id($GLOBALS['visitor']);
    session_start();
    $right = $_SESSION['visits'] === $n - 1;
    $_SESSION['visits'] = $n;
    session_write_close();
    return $right && microtime(true) - $start < 5;
}

$import = start_import([OWNER, $folder]);
$n = 0;
$good = true;
wait_until(function () use (&$n, &$good): bool {
    $good = visit_quickly(++$n) && $good;
    return rows() > 500;
}, 60);
proc_terminate($import, SIGKILL);
proc_close($import);
$before = rows();
echo 'killed before its end: ', $before < $files ? 'yes' : 'no', ', with ', ($before - 1) % 500 === 0 ? 'whole batches' : 'half a batch', "\n";

$import = start_import([OWNER, $folder]);
$output = stream_get_contents($import_pipes[1]);
var_dump(proc_close($import));
preg_match('/^ *([\d,]+) imported$/m', $output, $new);
preg_match('/^ *([\d,]+) imported before$/m', $output, $old);
[$new, $old] = array_map(fn(array $match) => (int) strtr($match[1], [',' => '']), [$new, $old]);
var_dump($new + $old === $files, $old === $before - 1, rows() === $files + 1, $good && visit_quickly(++$n));

// Each under its old id, by rustdb.
foreach (array_rand(array_flip($ids), 20) as $id) {
    session_id($id);
    session_start(['read_and_close' => true]);
    if ($ids[$_SESSION['n']] !== $id || strlen($_SESSION['rest']) !== 1000) {
        echo "WRONG: $id\n";
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('many');
drop_table('t_import_many');
?>
--EXPECT--
killed before its end: yes, with whole batches
int(0)
bool(true)
bool(true)
bool(true)
bool(true)
