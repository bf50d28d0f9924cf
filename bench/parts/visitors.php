<?php
// (d) New visitors who never come back, as most bots: what a request costs, and what stays behind.

declare(strict_types=1);

function visitors(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like('rustdb-*', 'symfony-transaction*', 'symfony-advisory', 'redis*', 'memcached', 'files');
    $workers = [];
    foreach ($names as $name) {
        $workers[$name] = worker($name, Place::Disk);
    }
    foreach (interleave($workers, ['empty', 'stored'], rounds(AGAINST === null ? 10 : 40), 'visitors') as $kind => $values) {
        $results->add(new Series('visitors', "visitors/$kind", $kind === 'empty'
            ? 'start–close of a session that stays empty, log flush 2'
            : 'start–store–close of a session of 50 bytes, log flush 2', 'µs', $values));
    }
    foreach (['empty', 'stored'] as $kind) {
        $left = [];
        foreach ($workers as $name => $worker) {
            $before = stored($name);
            $worker->command("visitors $kind 100");
            $left[$name] = [stored($name) - $before];
        }
        $results->add(new Series('visitors', "visitors/$kind/left", "What 100 of them leave behind ($kind)", 'rows, keys or files', $left, ratios: false));
    }
    stop($workers);
}

/** How many sessions a handler has stored. */
function stored(string $name): int
{
    switch (handlers()[$name]->needs) {
        case 'mysql':
            return (int) admin(Place::Disk)->query('SELECT COUNT(*) FROM ' . table($name))->fetch_row()[0];
        case 'redis':
            $redis = stream_socket_client(str_replace('unix:', 'unix://', Servers::address('redis', Place::Disk)));
            fwrite($redis, "DBSIZE\r\n");
            return (int) substr(fgets($redis), 1);
        case 'memcached':
            return (int) Servers::memcached_stats()['curr_items'];
        default:
            return count(scandir(settings($name, Place::Disk)['session.save_path']));
    }
}
