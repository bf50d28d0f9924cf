--TEST--
rustdb gc deletes all expired sessions and says nothing, as cron wants it; --watch and --json tell; what goes wrong is a line and status 1
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_gc
rustdb.gc_batch=10
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

function expired(int $number): void
{
    for ($n = 0; $n < $number; $n++) {
        $ids[] = hash('sha256', random_bytes(8));
    }
    $rows = implode(',', array_map(fn(string $id) => "(x'$id',1,0,1,UNIX_TIMESTAMP()-100,'')", $ids));
    admin()->query("INSERT INTO t_command_gc (id,version,codec,created_at,expires_at,data) VALUES $rows");
}

$live = store_session(['n' => 1]);
expired(35);
tell_rustdb(['gc']);
echo rows(), " left\n";
// With another handler in php.ini it collects all the same.
expired(35);
tell_rustdb(['gc', '--json'], ['session.save_handler' => 'files']);
expired(35);
tell_rustdb(['gc', '--watch']);
expired(1);
tell_rustdb(['-d', 'rustdb.table=t_command_gc_other', 'gc']);
echo rows(), " left\n";
tell_rustdb(['gc'], ['rustdb.password' => 'wrong']);
tell_rustdb(['gc', '--watch'], ['rustdb.password' => 'wrong']);
tell_rustdb(['gc', 'now']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_gc');
drop_table('t_command_gc_other');
?>
--EXPECTF--
status 0
1 left
{
    "deleted": 35,
    "seconds": %f,
    "left": 0
}
status 0
35 expired sessions deleted in %s, %s a second; none left
status 0
status 0
2 left
(stderr) rustdb: cannot %s (table rustdb_test.t_command_gc on SERVER): the server says %d: Access denied for user 'rustdb'@'%s' (using password: YES)%S; check%r[^;]*%r
status 1
(stderr) rustdb: cannot %s
status 1
(stderr) rustdb: what is now?

%Astatus 2
