--TEST--
rustdb sessions lists the sessions of a label, and rustdb revoke ends them, or one by its handle; where there are no labels they make no table
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_labels
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

store_session([]);
tell_rustdb(['sessions', 'alice']);
tell_rustdb(['revoke', 'alice']);
echo admin()->query("SHOW TABLES LIKE 't_command_labels_label'")->num_rows, " tables of labels\n";

function labelled(string $label): string
{
    session_id(new_id());
    session_start();
    $_SESSION = ['n' => 1];
    Rustdb\label($label);
    session_write_close();
    return session_id();
}
$alice = [labelled('alice'), labelled('alice'), labelled('alice')];
$bob = labelled('bob');
tell_rustdb(['sessions', 'alice']);
[, $said] = rustdb(['sessions', '--json', 'alice']);
$sessions = json_decode($said, true);
echo count($sessions), ' sessions of ', implode(', ', array_keys($sessions[0])), "\n";
tell_rustdb(['revoke', 'alice', '--handle', $sessions[0]['handle']]);
[, $said] = rustdb(['sessions', '--json', 'bob']);
echo "-- bob's handle is none of alice's\n";
tell_rustdb(['revoke', 'alice', '--handle', json_decode($said, true)[0]['handle'], "--handle={$sessions[1]['handle']}"]);
echo count(Rustdb\sessions('alice')), ' and ', count(Rustdb\sessions('bob')), " left\n";
tell_rustdb(['revoke', 'alice', '--json']);
tell_rustdb(['revoke', 'alice']);
tell_rustdb(['sessions', '']);
tell_rustdb(['sessions']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_labels');
?>
--EXPECTREGEX--
no sessions
status 0
0 sessions ended
status 0
0 tables of labels
HANDLE +SIGNED IN +LAST USED
(?:[0-9a-f]{32}  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d
){3}status 0
3 sessions of handle, created, seen
1 session ended
status 0
-- bob's handle is none of alice's
1 session ended
\(stderr\) rustdb: [0-9a-f]{32} is no live session of this label
status 1
1 and 1 left
\{
    "ended": 1,
    "unknown": \[\]
\}
status 0
0 sessions ended
status 0
\(stderr\) rustdb: a label has between 1 and 191 bytes
status 2
\(stderr\) rustdb: something is missing

rustdb sessions LABEL [\s\S]*
status 2
