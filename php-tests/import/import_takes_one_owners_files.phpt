--TEST--
rustdb import takes the files of one owner and of root, as PHP does, and root has to name that owner
--EXTENSIONS--
mysqli
posix
--SKIPIF--
<?php if (posix_geteuid() !== 0) { die('skip only root sees whose files are whose'); } ?>
--INI--
rustdb.table=t_import_owner
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

$folder = session_folder('owner');
[$mine, $another, $root] = [new_id(), new_id(), new_id()];
store_files($folder, [$mine => ['is' => 'mine'], $another => ['admin' => true], $root => ['is' => 'of root']]);
chown("$folder/sess_$mine", 12345);
chown("$folder/sess_$another", 12346);

import($folder);
import('--owner=nobody-of-that-name', $folder);
import('--owner=12345', $folder);
visit($mine);
visit($another);
visit($root);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/import.inc';
import_clean('owner');
drop_table('t_import_owner');
?>
--EXPECT--
rustdb import: root can read everybody's files: say whose sessions these are, as in --owner=www-data
status 2
rustdb import: --owner: there is no user nobody-of-that-name
status 2
        2 imported
        1 of another owner, or no plain file
status 0
{"is":"mine"}
signed out
{"is":"of root"}
