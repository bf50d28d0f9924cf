<?php
// (a) In one PHP process, over warm sessions: start–change–close and start–close.

declare(strict_types=1);

const EVERY_HANDLER = ['floor*', 'rustdb-*', 'symfony-*', 'redis*', 'memcached', 'files'];

function cycles(Results $results): void
{
    // Size, place, log flush, handlers.
    $few = ['floor', 'rustdb-row', 'rustdb-merge', 'symfony-transaction', 'redis', 'memcached', 'files'];
    $runs = [
        [1024, Place::Disk, 2, EVERY_HANDLER, 25],
        [1024, Place::Disk, 1, ['floor', 'rustdb-*', 'symfony-*'], 8],
        [1024, Place::Tcp, 2, ['floor', 'rustdb-*', 'symfony-*', 'redis*', 'memcached'], 8],
        [1024, Place::Ram, 2, ['floor', 'rustdb-*', 'symfony-*', 'files'], 10],
        [1024, Place::Ram, 1, ['floor', 'rustdb-*', 'symfony-*'], 8],
        [65536, Place::Disk, 2, FULL ? EVERY_HANDLER : $few, 10],
    ];
    if (FULL) {
        array_push($runs, [100, Place::Disk, 2, EVERY_HANDLER, 15], [1048576, Place::Disk, 2, EVERY_HANDLER, 8]);
    }
    if (AGAINST !== null) {
        $runs = [];
        foreach ([1024, 65536] as $bytes) {
            array_push($runs, [$bytes, Place::Disk, 2, ['rustdb-row'], 15], [$bytes, Place::Tcp, 2, ['rustdb-row'], 15]);
        }
    }
    foreach ($runs as [$bytes, $place, $flush, $handlers, $rounds]) {
        set_flush($place, $flush);
        $sessions = $bytes > 500_000 ? 10 : 50;
        foreach (cycles_of(handlers_like(...$handlers), $place, $bytes, rounds($rounds), $sessions) as $kind => $values) {
            $results->add(new Series(
                'cycles',
                "cycles/$kind/$bytes/$place->value/$flush",
                sprintf('%s, %s, %s, log flush %d', $kind === 'changed' ? 'start–change–close' : 'start–close',
                    size($bytes), $place === Place::Ram ? 'data on tmpfs' : ($place === Place::Tcp ? 'TCP' : 'data on disk'), $flush),
                'µs',
                $values,
            ));
        }
    }
    set_flush(Place::Disk, 2);
}

function size(int $bytes): string
{
    return match (true) {
        $bytes >= 1 << 20 => ($bytes >> 20) . ' MiB',
        $bytes >= 1024 => ($bytes >> 10) . ' KiB',
        default => "$bytes bytes",
    };
}
