<?php
// What encryption and compression cost: cycles over sessions as a shop has them, and the bytes that they take in the table.

declare(strict_types=1);

require_once __DIR__ . '/cycles.php';

function codecs(Results $results): void
{
    set_flush(Place::Disk, 2);
    $runs = [[1024, 50, 12], [65536, 50, 10]];
    if (FULL) {
        $runs[] = [1048576, 10, 8];
    }
    foreach ($runs as [$bytes, $sessions, $rounds]) {
        $workers = seeded(handlers_like('rustdb-row', 'codec-*'), Place::Disk, $bytes, $sessions, 'shop');
        $stored = [];
        foreach (array_keys($workers) as $name) {
            $row = admin(Place::Disk)->query('SELECT AVG(LENGTH(data)) FROM `' . table($name) . '`')->fetch_row();
            $stored[$name] = [(float) $row[0]];
        }
        foreach (interleave($workers, ['unchanged', 'changed'], rounds($rounds)) as $kind => $values) {
            $results->add(new Series(
                'codecs',
                "codecs/$kind/$bytes",
                sprintf('%s, %s of serialised arrays', $kind === 'changed' ? 'start–change–close' : 'start–close', size($bytes)),
                'µs',
                $values,
            ));
        }
        $results->add(new Series('codecs', "codecs/stored/$bytes", 'In the table, ' . size($bytes), 'bytes per session', $stored));
        stop($workers);
    }
}
