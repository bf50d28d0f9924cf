--TEST--
rustdb import follows the nested folders of a save_path as 2;/folder, and says so where only the folder is given
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.table=t_import_nested
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

$folder = session_folder('nested');
$ids = ['a1' . new_id(), 'aZ' . new_id(), ',-' . new_id()];
foreach ($ids as $id) {
    mkdir("$folder/$id[0]/$id[1]", recursive: true);
}
store_files("2;$folder", array_combine($ids, [['n' => 1], ['n' => 2], ['n' => 3]]));
// Not where PHP would look for it.
copy("$folder/a/1/sess_$ids[0]", "$folder/a/sess_" . new_id());

import(OWNER, $folder);
import(OWNER, "2;0700;$folder");
array_map(visit(...), $ids);
import(OWNER, "2;$folder/");
import(OWNER, "2;$folder/missing");
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('nested');
drop_table('t_import_nested');
?>
--EXPECTF--
rustdb import: there are no sess_* files; it has nested folders: give the whole save_path, as in '2;%s/import-nested'
status 2
        3 imported
status 0
{"n":1}
{"n":2}
{"n":3}
        0 imported
        3 imported before
status 0
rustdb import: %s/import-nested/missing is no folder that can be read
status 2
