--TEST--
A process that never ends serves 1,000 sessions one after the other, by one Rustdb\Handler and by one for each: connections and memory stay as they are
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_thousand
rustdb.touch_interval=0
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

/** This process's memory in KiB. */
function memory(): int
{
    preg_match('/^VmRSS:\s+(\d+)/m', file_get_contents('/proc/self/status'), $found);
    return (int) $found[1];
}
$one = ['merge' => new Rustdb\Handler, 'row' => new Rustdb\Handler(['lock' => 'row'])];
$serve = function (string $lock, int $sessions) use ($one): int {
    $served = 0;
    for ($number = 0; $number < $sessions; $number++) {
        $handler = $number % 2 ? $one[$lock] : new Rustdb\Handler(['lock' => $lock]);
        $id = framework_id();
        $first = $handler->read($id) === '' && $handler->write($id, serialize(['n' => str_repeat((string) $number, 300)]));
        $again = $number % 2 ? $one[$lock] : new Rustdb\Handler(['lock' => $lock]);
        $served += $first && strlen($again->read($id)) > 300 && ($number % 3 ? $again->write($id, 'a:0:{}') : $again->destroy($id));
    }
    return $served;
};
foreach (['merge', 'row'] as $lock) {
    // What grows in the beginning is there by now: what the allocator keeps, and 4 MiB of a connection for what it has received.
    $serve($lock, 200);
    $one[$lock]->read($large = framework_id());
    $one[$lock]->write($large, random_bytes(100_000));
    for ($reads = 0; $reads < 100; $reads++) {
        $one[$lock]->read($large);
    }
    $one[$lock]->close();
    [$before, $connects] = [memory(), Rustdb\status()['counters']['connects']];
    echo "$lock: ", $serve($lock, 1000), ' served, ';
    $grown = memory() - $before;
    echo $grown < 300 ? 'no memory grown, ' : "GROWN BY $grown KiB, ";
    $pool = Rustdb\status()['pool'];
    echo Rustdb\status()['counters']['connects'] - $connects, ' connections made, ', $pool['in_use'], " in use\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_thousand');
?>
--EXPECT--
merge: 1000 served, no memory grown, 0 connections made, 0 in use
row: 1000 served, no memory grown, 0 connections made, 0 in use
