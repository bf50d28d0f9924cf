--TEST--
rustdb import brings session files in under their ids and with their last use, and leaves out what is no session any more
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import
session.gc_maxlifetime=1000
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

$folder = session_folder('brings');
$ids = ['mine' => new_id(), 'object' => new_id(), 'short' => 'aB,-9' . bin2hex(random_bytes(4)), 'old' => new_id()];
store_files($folder, [
    $ids['mine'] => ['user' => "J\u{00f8}rgen", 'cart' => [1, 2, 3]],
    $ids['object'] => ['big' => str_repeat('0123456789', 30_000)],
    $ids['short'] => ['n' => 1],
    $ids['old'] => ['n' => 2],
]);
$used = time() - 600;
foreach (['mine', 'object', 'short'] as $name) {
    touch("$folder/sess_$ids[$name]", $used);
}
touch("$folder/sess_$ids[old]", time() - 1010);
// What lies in such folders beside sessions, and what a neighbour could put there.
touch("$folder/sess_" . new_id());
touch("$folder/sess_with.dots");
touch("$folder/other_file");
mkdir("$folder/sess_" . new_id());
symlink('/etc/passwd', "$folder/sess_" . new_id());
posix_mkfifo("$folder/sess_" . new_id(), 0600);

import(OWNER, '--dry-run', $folder);
var_dump(admin()->query("SHOW TABLES LIKE 't_import'")->num_rows);
import(OWNER, $folder);
// That of labels would cost each read of a session a look into it.
$others = admin()->query("SELECT 1 FROM information_schema.TABLES WHERE table_schema=DATABASE()
    AND table_name IN ('t_import_lease', 't_import_ticket', 't_import_label')");
echo "tables beside it: $others->num_rows\n";
foreach ($ids as $name => $id) {
    $row = row($id);
    if ($row) {
        $kept = $row['data'] === file_get_contents("$folder/sess_$id");
        echo "$name: data ", $kept ? 'kept' : 'CHANGED', ", ends ", $row['expires_at'] - $used, " s after its last use\n";
    }
}
visit($ids['mine']);
visit($ids['short']);
visit($ids['old']);
import(OWNER, $folder);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('brings');
drop_table('t_import');
?>
--EXPECT--
        3 imported
        1 expired
        1 without data
        3 of another owner, or no plain file
This was a dry run: nothing was written.
status 0
int(0)
        3 imported
        1 expired
        1 without data
        3 of another owner, or no plain file
status 0
tables beside it: 0
mine: data kept, ends 1000 s after its last use
object: data kept, ends 1000 s after its last use
short: data kept, ends 1000 s after its last use
{"user":"J\u00f8rgen","cart":[1,2,3]}
{"n":1}
signed out
        0 imported
        3 imported before
        1 expired
        1 without data
        3 of another owner, or no plain file
status 0
