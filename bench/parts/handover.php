<?php
// (c) One session, 40 requests at once, each holding it for 5 ms: what is lost when the lock goes from one to the next.

declare(strict_types=1);

const REQUESTS = 40;

function handover(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like('floor', 'rustdb-row', 'rustdb-lease', 'symfony-transaction*', 'symfony-advisory*', 'redis', 'memcached', 'files');
    $workers = [];
    foreach ($names as $name) {
        $workers[$name] = worker($name, Place::Disk);
    }
    $values = [];
    for ($round = 0, $rounds = rounds(AGAINST === null ? 6 : 30); $round < $rounds; $round++) {
        foreach (in_turn($workers, $round) as $name => $worker) {
            [$whole, $held] = explode(' ', $worker->command('handover ' . REQUESTS . ' 5000'));
            $values[$name][] = ($whole - $held) / REQUESTS / 1e6;
        }
    }
    stop($workers);
    $results->add(new Series('handover', 'handover', 'Time lost per handover, changed session, log flush 2', 'ms', $values,
        note: 'From the first lock to the last end, less all holds, by the number of requests: it includes the write of the'
            . ' one and the read of the next.'));
}
