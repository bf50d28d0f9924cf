<?php
// (g) The database on another machine: (a) again through a proxy that delays each chunk by 0.25 ms each way.

declare(strict_types=1);

function network(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like('floor*', 'rustdb-*', 'symfony-*', 'redis*', 'memcached');
    $ping = ping(Servers::address('redis', Place::Network));
    if ($ping < 500) {
        throw new Exception("the proxy does not delay: a PING takes $ping µs");
    }
    $note = sprintf('A PING of Redis takes %s µs through the proxy (median).', number($ping));
    foreach (cycles_of($names, Place::Network, 1024, rounds(15)) as $kind => $values) {
        $results->add(new Series(
            'network',
            "network/$kind",
            ($kind === 'changed' ? 'start–change–close' : 'start–close') . ', 1 KiB, TCP, 0.25 ms each way',
            'µs',
            $values,
            note: $note,
        ));
    }
}

/** Microseconds of one round trip, the median of many. */
function ping(string $address): float
{
    $redis = stream_socket_client("tcp://$address");
    $times = [];
    for ($i = 0; $i < 200; $i++) {
        $begin = hrtime(true);
        fwrite($redis, "PING\r\n");
        fgets($redis);
        $times[] = (hrtime(true) - $begin) / 1000;
    }
    return quantile($times, 0.5);
}
