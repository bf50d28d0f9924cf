<?php
// (g) The database on another machine: (a) again through a proxy that delays each chunk by 0.25 ms each way.

declare(strict_types=1);

function network(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like('floor*', 'rustdb-*', 'symfony-*', 'redis*', 'memcached');
    $workers = seeded($names, Place::Network, 1024);
    foreach (interleave($workers, ['unchanged', 'changed'], rounds(15)) as $kind => $values) {
        $results->add(new Series(
            'network',
            "network/$kind",
            ($kind === 'changed' ? 'start–change–close' : 'start–close') . ', 1 KiB, TCP, 0.25 ms each way',
            'µs',
            $values,
        ));
    }
    stop($workers);
}
