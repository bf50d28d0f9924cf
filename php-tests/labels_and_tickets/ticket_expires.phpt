--TEST--
A ticket ends after its seconds by the server's clock; session_gc() and PHP's dice delete it, be its session there or not
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_ticket_expires
rustdb.gc_batch=2
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

function tickets(int $number): array
{
    session_id(store_session(['n' => 1]));
    session_start();
    $tickets = [];
    for ($i = 0; $i < $number; $i++) {
        $tickets[] = Rustdb\issue_ticket();
    }
    session_destroy();
    return $tickets;
}

function left(): string
{
    return admin()->query('SELECT COUNT(*),SUM(expires_at>UNIX_TIMESTAMP()+25) FROM t_ticket_expires_ticket')->fetch_row()[0];
}

[$ticket] = tickets(1);
$expires = admin()->query('SELECT expires_at-UNIX_TIMESTAMP() FROM t_ticket_expires_ticket')->fetch_row()[0];
var_dump($expires >= 25 && $expires <= 30);
admin()->query('UPDATE t_ticket_expires_ticket SET expires_at=UNIX_TIMESTAMP()');
var_dump(Rustdb\redeem_ticket($ticket));
echo left(), " left\n";

tickets(5);
admin()->query('UPDATE t_ticket_expires_ticket SET expires_at=1');
tickets(1);
session_id(new_id());
session_start(['gc_probability' => 1, 'gc_divisor' => 1]);
session_abort();
echo left(), " left by one batch\n";
session_start();
session_gc();
session_abort();
echo left(), " left by session_gc()\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ticket_expires');
?>
--EXPECT--
bool(true)
NULL
1 left
5 left by one batch
1 left by session_gc()
