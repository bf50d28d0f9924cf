--TEST--
session_gc() deletes the leases of sessions that have expired or were never stored, and leaves what is leased alone
--EXTENSIONS--
mysqli
posix
--INI--
rustdb.lock=lease
rustdb.table=t_gc_lease
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** A request that holds its session. */
function holder(string $id): OtherProcess
{
    $holder = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"] = 2; tell("holds"); listen();', [$id]);
    $holder->hear();
    return $holder;
}

$sessions = [];
foreach (['live', 'expired', 'expired and leased', 'expired and its request killed'] as $name) {
    $sessions[$name] = store_session(['n' => 1]);
}
$sessions += ['new and leased' => new_id(), 'new and its request killed' => new_id()];
foreach ($sessions as $name => $id) {
    if (str_starts_with($name, 'expired')) {
        change_row($id, 'expires_at=1');
    }
    if (str_ends_with($name, 'leased') || str_ends_with($name, 'killed')) {
        $holders[$name] = holder($id);
    }
    if (str_ends_with($name, 'killed')) {
        posix_kill($holders[$name]->pid(), SIGKILL);
        $holders[$name]->end();
        // As when rustdb.lease has passed.
        admin()->query("UPDATE t_gc_lease_lease SET lease_until=UNIX_TIMESTAMP()-1 WHERE id=x'" . hash('sha256', $id) . "'");
    }
}

session_id(new_id());
session_start();
echo 'collected: ', session_gc(), "\n";
session_destroy();
foreach ($sessions as $name => $id) {
    $leases = admin()->query("SELECT COUNT(*) FROM t_gc_lease_lease WHERE id=x'" . hash('sha256', $id) . "'")->fetch_row()[0];
    echo "$name: ", row($id) === null ? 'no session' : 'session', ', ', $leases === '1' ? 'lease' : 'no lease', "\n";
}
echo 'others: ', admin()->query('SELECT COUNT(*) FROM t_gc_lease_lease')->fetch_row()[0] - 3, "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_gc_lease');
?>
--EXPECT--
collected: 2
live: session, lease
expired: no session, no lease
expired and leased: session, lease
expired and its request killed: no session, no lease
new and leased: no session, lease
new and its request killed: no session, no lease
others: 0
