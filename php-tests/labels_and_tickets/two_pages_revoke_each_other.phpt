--TEST--
Two requests that revoke each other's sessions at the same moment do not wait for each other
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_each_other
rustdb.lock_wait=5
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

in_each_mode(<<<'PHP'
    for ($round = 0; $round < 10; $round++) {
        [$a, $b] = [labelled('a'), labelled('b')];
        $requests = [];
        foreach ([[$a, 'b'], [$b, 'a']] as [$id, $label]) {
            $requests[] = holder($id, "echo Rustdb\\revoke('$label'); \$_SESSION['n']++; session_write_close();");
        }
        array_map(fn($request) => $request->say(), $requests);
        foreach ($requests as $request) {
            $said = $request->end();
            // Who writes before the other one has revoked it has written: then it ends afterwards.
            if (!preg_match('/^1(WARNING .*signed out.*)?$/', trim($said))) {
                echo "ROUND $round: $said\n";
            }
        }
        echo found($a), found($b), "\n";
    }
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_each_other');
?>
--EXPECT--
in each mode:
nullnull
nullnull
nullnull
nullnull
nullnull
nullnull
nullnull
nullnull
nullnull
nullnull
