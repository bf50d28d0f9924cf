--TEST--
rustdb check says how many expired sessions wait, and that nobody collects them where the first has waited for hours
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_collecting
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

$nobody = ['session.gc_probability' => '0'];
$checks = ['collecting', 'sessions'];
$marks = ['ok', 'warning', 'error'];
$ids = array_map(fn(int $n) => store_session(['n' => $n]), range(1, 3));
tell_check($nobody, $checks, $marks);
change_row($ids[0], 'expires_at=UNIX_TIMESTAMP()-600');
tell_check($nobody, $checks, $marks);
change_row($ids[1], 'expires_at=UNIX_TIMESTAMP()-7*3600');
tell_check($nobody, $checks, $marks);
tell_check([], $checks, $marks);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_collecting');
?>
--EXPECTF--
collecting warning: nobody is seen here who collects expired sessions (%s); 0 expired sessions waiting -> %s
sessions ok: 3 sessions, 6 B each; the largest of %d rows has 6 B
status 0
collecting warning: nobody is seen here who collects expired sessions (%s); 1 expired session waiting, the oldest for 10 min -> %s
sessions ok: 2 sessions, 6 B each; the largest of %d rows has 6 B
status 0
collecting error: nobody collects expired sessions; 2 expired sessions waiting, the oldest for 7 h -> a line in /etc/cron.d: */5 * * * * www-data rustdb gc; docs/collecting.md
sessions ok: 1 session, 6 B each; the largest of %d rows has 6 B
status 1
collecting warning: expired sessions are collected by one request in %d (cli); 2 expired sessions waiting, the oldest for 7 h: it does not keep up, or is for another table -> %s
sessions ok: 1 session, 6 B each; the largest of %d rows has 6 B
status 0
