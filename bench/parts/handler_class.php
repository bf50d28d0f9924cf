<?php
// Sessions through Rustdb\Handler beside the same under session.save_handler=rustdb, with each lock that both have. What the
// class takes above is bound, so the values are p50s of short turns. A lock's two run by themselves, so that each follows the
// other alike: of more than two that take turns there and back, the first and the last run twice in a row.

declare(strict_types=1);

function handler_class(Results $results): void
{
    set_flush(Place::Disk, 2);
    foreach (['row', 'merge'] as $lock) {
        foreach (p50s_of(["rustdb-$lock", "class-$lock"], Place::Disk, 1024, rounds(12)) as $kind => $values) {
            $results->add(new Series(
                'handler_class',
                "handler_class/$kind/$lock",
                ($kind === 'changed' ? 'A changed' : 'An unchanged') . " session, 1 KiB, $lock, data on disk, log flush 2",
                'µs',
                $values,
                note: 'rustdb: session_start(), a look at `$_SESSION` and, where it changes, a change, session_write_close().'
                    . ' Rustdb\Handler: the object made, read(), unserialize(), the same look and change, serialize(), write().',
            ));
        }
    }
}
