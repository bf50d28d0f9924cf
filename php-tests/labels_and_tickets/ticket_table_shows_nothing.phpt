--TEST--
Who steals the tickets' table finds neither a ticket nor a session id in it, and cannot make one row another's
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_ticket_stolen
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

foreach ([1, 32, 256] as $length) {
    session_id(substr(str_repeat(new_id(), 8), 0, $length));
    session_start();
    $_SESSION['n'] = 1;
    $tickets[session_id()] = Rustdb\issue_ticket();
    session_write_close();
}
$stolen = admin()->query('SELECT * FROM t_ticket_stolen_ticket')->fetch_all();
foreach ($tickets as $id => $ticket) {
    $secrets = [$ticket, base64_decode(strtr($ticket, '-_', '+/')), hash('sha256', $ticket, true),
        hash('sha256', base64_decode(strtr($ticket, '-_', '+/')), true)];
    if (strlen($id) > 8) {
        array_push($secrets, (string) $id, substr($id, 0, 8), hash('sha256', $id, true));
    }
    foreach ($secrets as $number => $secret) {
        foreach ($stolen as $row) {
            echo str_contains(implode('|', $row), $secret) ? "SECRET $number of " . strlen($id) . "\n" : '';
        }
    }
}
var_dump(count($stolen));

/** What becomes of a ticket: its id, or how it is refused. */
function redeemed(string $ticket, string $id): string
{
    try {
        return Rustdb\redeem_ticket($ticket) === $id ? "the session\n" : "NOT THE SESSION\n";
    } catch (Rustdb\Exception $e) {
        return preg_replace('/ on \S+\)/', ')', $e->getMessage()) . "\n";
    }
}

// A row of one's own under another's key, and a changed one.
[$one, $two, $three] = array_map('strval', array_keys($tickets));
$rows = "t_ticket_stolen_ticket a JOIN t_ticket_stolen_ticket b ON LENGTH(a.sealed)=48 AND LENGTH(b.sealed)=272";
admin()->query("UPDATE $rows SET b.sealed=a.sealed");
echo redeemed($tickets[$three], $three);
admin()->query('UPDATE t_ticket_stolen_ticket SET sealed=CONCAT(CHAR(ASCII(sealed)^1),SUBSTRING(sealed,2)) WHERE LENGTH(sealed)=17');
echo redeemed($tickets[$one], $one);
echo redeemed($tickets[$two], $two);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ticket_stolen');
?>
--EXPECT--
int(3)
rustdb: cannot redeem a ticket (table rustdb_test.t_ticket_stolen_ticket): the ticket's row is not what was stored; somebody has changed that table
rustdb: cannot redeem a ticket (table rustdb_test.t_ticket_stolen_ticket): the ticket's row is not what was stored; somebody has changed that table
the session
