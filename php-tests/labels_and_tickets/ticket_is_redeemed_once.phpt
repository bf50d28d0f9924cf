--TEST--
A ticket brings the session id to one of all who redeem it, also of 50 at once, and leaves the open session alone
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_ticket
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** Redeems in processes of which each has found the ticket before any of them uses it; returns what each of them got. */
function redeem_at_once(string $ticket, int $number): array
{
    $code = 'try { echo Rustdb\redeem_ticket($argv[1]) ?? "null"; } catch (Throwable $e) { echo get_class($e), $e->getMessage(); }';
    $holder = new_admin();
    $holder->begin_transaction();
    $holder->query('SELECT id FROM t_ticket_ticket FOR UPDATE')->fetch_all();
    $others = [];
    for ($i = 0; $i < $number; $i++) {
        $others[] = new OtherProcess($code, [$ticket]);
    }
    $using = "SELECT COUNT(*) FROM " . processlist() . " WHERE info LIKE 'DELETE FROM `t_ticket_ticket`%'";
    wait_until(fn() => (int) admin()->query($using)->fetch_row()[0] === $number, 60);
    $holder->rollback();
    return array_map(fn($other) => $other->end(), $others);
}

$id = store_session(['n' => 1]);
session_id($id);
session_start();
$_SESSION['n'] = 2;
$ticket = Rustdb\issue_ticket();
var_dump(preg_match('/^[A-Za-z0-9_-]{43}$/', $ticket), is_held($id));
$other = Rustdb\issue_ticket(3600);
var_dump($other !== $ticket);
// Neither does the ticket commit the session's changes, nor does the session take the ticket with it.
session_abort();
echo row($id)['data'], "\n";
$got = array_count_values(redeem_at_once($ticket, 50));
var_dump($got === [$id => 1, 'null' => 49] || $got === ['null' => 49, $id => 1] ?: $got);
var_dump(Rustdb\redeem_ticket($ticket));

// Redeeming needs no session, and the other ticket of the same session is another ticket.
var_dump(Rustdb\redeem_ticket($other) === $id, Rustdb\redeem_ticket($other));
echo rows_of_tickets(), " left\n";

// A session that is not stored yet: who redeems its ticket waits for it, as a browser's next request would.
session_id('');
session_start();
$_SESSION['n'] = 'new';
$ticket = Rustdb\issue_ticket();
$code = 'session_id(Rustdb\redeem_ticket($argv[1])); tell("redeemed"); session_start(); echo $_SESSION["n"];';
$other = new OtherProcess($code, [$ticket], ['session.use_strict_mode' => '1']);
echo $other->hear(), "\n";
session_write_close();
echo $other->end(), "\n";

function rows_of_tickets(): int
{
    return (int) admin()->query('SELECT COUNT(*) FROM t_ticket_ticket')->fetch_row()[0];
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ticket');
?>
--EXPECT--
int(1)
bool(true)
bool(true)
n|i:1;
bool(true)
NULL
bool(true)
NULL
0 left
redeemed
new
