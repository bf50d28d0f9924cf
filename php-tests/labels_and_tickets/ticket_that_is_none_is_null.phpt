--TEST--
What is no ticket is null, without an error and without asking the server where it cannot be one
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_ticket_none
--FILE--
<?php
require __DIR__ . '/../inc/proxy.inc';

session_id(store_session(['n' => 1]));
session_start();
$ticket = Rustdb\issue_ticket();
session_write_close();

$visitor = new Visitor();
$hostile = [
    'empty' => '', 'one character' => 'A', 'a character too few' => substr($ticket, 1), 'one too many' => "{$ticket}A",
    'padded' => "$ticket=", 'a space behind' => "$ticket ", 'a line behind' => "$ticket\n", 'a NUL behind' => "$ticket\0",
    'a NUL within' => substr_replace($ticket, "\0", 20, 1), 'a quote within' => substr_replace($ticket, "'", 20, 1),
    'the other alphabet' => substr_replace($ticket, '+/', 20, 2), 'bytes' => random_bytes(32), '43 bytes' => random_bytes(43),
    'UTF-8' => str_repeat('ü', 21) . 'u', 'SQL' => "' OR 1=1 -- ", 'a megabyte' => str_repeat('A', 1 << 20),
    // The same bits in another spelling: of the last character only four count.
    'another spelling' => substr($ticket, 0, 42) . strtr($ticket[42], 'AEIMQUYcgkosw048', 'BFJNRVZdhlptx159'),
];
foreach ($hostile as $what => $text) {
    if ($text === $ticket) {
        throw new Exception("$what is the ticket");
    }
    $asked = $visitor->send('$got = Rustdb\redeem_ticket(base64_decode("' . base64_encode(substr($text, 0, 10_000)) . '")); if ($got !== null) { tell("GOT"); }');
    echo Rustdb\redeem_ticket($text) === null && $asked === [] ? '' : "$what: " . json_encode($asked) . "\n";
}
// These look like tickets.
$swapped = $ticket[0] === 'A' ? 'B' : 'A';
var_dump(Rustdb\redeem_ticket($swapped . substr($ticket, 1)), Rustdb\redeem_ticket(str_repeat('A', 43)));
echo implode(' | ', $visitor->send('Rustdb\redeem_ticket("' . str_repeat('A', 43) . '");')), "\n";
echo implode(' | ', $visitor->send("Rustdb\\redeem_ticket('$ticket');")), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ticket_none');
?>
--EXPECT--
NULL
NULL
select, commit
select, commit | select, delete, commit
