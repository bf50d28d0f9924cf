--TEST--
rustdb top tells who holds a session and who waits for it, as far as the account may see, and fits on a screen of 24 lines
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_top
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

$id = store_session(['n' => 1]);
$session = substr(hash('sha256', $id), 0, 8);
/** Accounts without and with the right to see what others do. */
$accounts = ['t_top_plain' => 'ALL', 't_top_process' => 'ALL'];
foreach ($accounts as $account => $rights) {
    create_user($rights, $account);
}
$select = getenv('RUSTDB_TEST_FLAVOR') === 'mysql';
foreach (['localhost', '127.0.0.1'] as $host) {
    admin()->query("GRANT PROCESS ON *.* TO 't_top_process'@'$host'");
    if ($select) {
        admin()->query("GRANT SELECT ON performance_schema.* TO 't_top_process'@'$host'");
    }
}
$code = 'session_id($argv[1]); session_start(); tell("in"); listen();';
$holder = new OtherProcess($code, [$id], ['rustdb.user' => 't_top_plain']);
$holder->hear();
// A session that is being born: its row is nobody else's to see yet.
$birth = new OtherProcess($code, [new_id()], ['rustdb.user' => 't_top_plain']);
$birth->hear();
$waiters = [];
for ($n = 0; $n < 3; $n++) {
    $waiters[] = new OtherProcess($code, [$id], ['rustdb.user' => 't_top_plain']);
}
wait_until(fn() => waiters($id) >= 3);
foreach (array_keys($accounts) as $account) {
    echo "-- $account\n";
    $looked = 0;
    do {
        // Between two slices of its wait the first in line is in no list for a moment.
        [$status, $said, $complaints] = rustdb(['top', '--json'], ['rustdb.user' => $account]);
        $view = json_decode($said, true);
        // Other tests hold sessions of the same database meanwhile.
        $is_it = fn(array $request): bool => $request['session'] === $session;
        $waiting = array_filter($view['locks']['waiters'], $is_it);
        $holding = array_filter($view['locks']['holders'] ?? [], $is_it);
        $sees_all = $account === 't_top_process';
    } while ((count($waiting) < ($sees_all ? 3 : 2) || $holding === [] && $sees_all) && ++$looked < 40);
    echo $complaints, "status $status, ", $view['sessions']['sessions'], " session\n";
    echo $view['locks']['holders'] === null ? 'holders unseen' : 'held by ' . preg_replace('/\d+/', 'N', implode(array_column($holding, 'who'))), "\n";
    echo count(preg_grep('/ of t_top_plain@/', array_column($view['locks']['holders'] ?? [], 'who'))), " connections of theirs hold a session\n";
    echo count($waiting), ' waiting, the first ', json_encode($sees_all ? reset($waiting)['seconds'] : null), "\n";
    echo preg_replace('/\(.*\)/', '(…)', $view['locks']['unseen'] ?? 'all seen'), "\n";
}
echo "-- the screen\n";
[, $said] = rustdb(['top', '--once'], ['rustdb.user' => 't_top_process']);
$lines = explode("\n", rtrim($said, "\n"));
echo count($lines) <= 24 ? 'fits' : count($lines) . ' lines', "\n";
foreach (preg_grep('/.{81}|\e/u', $lines) as $line) {
    echo "wrong: $line\n";
}
echo str_replace($session, 'SESSION', implode("\n", preg_grep("/^(sessions|expired|server|LOCKS|session|$session) /", $lines))), "\n";
// Whoever of them comes first.
$all = [$holder, $birth, ...$waiters];
array_map(fn(OtherProcess $process) => $process->say(), $all);
array_map(fn(OtherProcess $process) => $process->end(), $all);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_table('t_command_top');
drop_user('t_top_plain');
drop_user('t_top_process');
?>
--EXPECTF--
-- t_top_plain
status 0, 1 session
holders unseen
0 connections of theirs hold a session
%d waiting, the first null
who holds a session is not shown to this account (…): GRANT PROCESS ON *.*
-- t_top_process
status 0, 1 session
held by connection N of t_top_plain@%s
2 connections of theirs hold a session
3 waiting, the first null
all seen
-- the screen
fits
sessions  1, 1 used within a minute; 6 B each, up to 6 B
expired   0 waiting
server    %s inserts, %s updates, %s deletes a second; %d of %d connections
LOCKS (row)  %d held, %d waiting
session   held by                                          for  wait  longest
SESSION  connection %d of t_top_plain@%s %d s     3      %d s
