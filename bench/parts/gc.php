<?php
// (f) gc of many expired rows while requests run: how long the live requests take with it and without.

declare(strict_types=1);

function gc(Results $results): void
{
    set_flush(Place::Disk, 2);
    $expired = FULL ? 1_000_000 : 100_000;
    $p50 = $p99 = $duration = $trickle = [];
    $names = handlers_like('rustdb-row', 'symfony-transaction');
    $live = $collectors = [];
    foreach ($names as $name) {
        $live[$name] = worker($name, Place::Disk);
        $live[$name]->command("seed 50 994 $name");
        $collectors[$name] = worker($name, Place::Disk, table($name));
    }
    for ($round = FULL ? 2 : rounds(3); $round > 0; $round--) {
        foreach ($names as $name) {
            fill_expired($name, $expired);
            $live[$name]->command('run changed 500');
            $live[$name]->begin('paced changed 1000');
            usleep(2_500_000);
            $without = finish_paced($live[$name]);
            $computing = new Program('computing', [PHP_BINARY, '-n', '-r', 'for (;;);']);
            $live[$name]->begin('paced changed 1000');
            usleep(2_500_000);
            $beside = finish_paced($live[$name]);
            $computing->stop();
            $live[$name]->begin('paced changed 1000');
            $collectors[$name]->begin('gc');
            $nanoseconds = explode(' ', $collectors[$name]->answer())[1];
            $during = finish_paced($live[$name]);
            $left = (int) admin(Place::Disk)->query('SELECT COUNT(*) FROM ' . expired_rows($name))->fetch_row()[0];
            if ($left > 0) {
                throw new Exception("$name: gc left $left expired rows");
            }
            foreach (['without gc' => $without, 'during gc' => $during, 'beside a process that only computes' => $beside] as $when => $times) {
                $p50["$name, $when"][] = quantile($times, 0.5) / 1000;
                $p99["$name, $when"][] = quantile($times, 0.99) / 1000;
            }
            $duration[$name][] = $nanoseconds / 1e9;
            $trickle["$name, without gc"][] = quantile(steady_trickle($name, $live[$name]), 0.99) / 1000;
            $collectors[$name]->command('gc');
            $trickle["$name, during gc"][] = quantile(steady_trickle($name, $live[$name], $collectors[$name]), 0.99) / 1000;
        }
    }
    stop([...array_values($live), ...array_values($collectors)]);
    $rows = number_format($expired);
    $note = 'One live client, a changed cycle each millisecond. The process that only computes shows what it costs in itself'
        . ' to have one processor less.';
    $results->add(new Series('gc', 'gc/p50', "p50 of live requests, $rows expired rows", 'µs', $p50, note: $note, ratios: false));
    $results->add(new Series('gc', 'gc/p99', "p99 of live requests, $rows expired rows", 'µs', $p99, note: $note, ratios: false));
    $results->add(new Series('gc', 'gc/trickle', 'p99 of live requests while 200 rows a second expire', 'µs', $trickle,
        note: 'One live client, as above. session_gc() is called four times a second.', ratios: false));
    $results->add(new Series('gc', 'gc/duration', "session_gc() of $rows expired rows", 's', $duration));
}

/** @return list<float> nanoseconds */
function finish_paced(Worker $worker): array
{
    $worker->begin('enough');
    return array_map('floatval', explode(' ', $worker->answer()));
}

/**
 * What live requests take for two and a half seconds in which a few rows expire all the time, and the collector, if there is one, is called
 * each time.
 *
 * @return list<float> nanoseconds
 */
function steady_trickle(string $name, Worker $live, ?Worker $collector = null): array
{
    $live->begin('paced changed 1000');
    for ($tick = 0; $tick < 10; $tick++) {
        fill_expired($name, 50, 50 * $tick + 1);
        $collector?->command('gc');
        usleep(250_000);
    }
    return finish_paced($live);
}

/** FROM and WHERE. Symfony leaves the row of a new session that is destroyed at once, with 0 for its end; it is not one of ours. */
function expired_rows(string $name): string
{
    $column = str_starts_with($name, 'symfony') ? 'sess_lifetime' : 'expires_at';
    return table($name) . " WHERE $column BETWEEN 1 AND UNIX_TIMESTAMP()-300";
}

function fill_expired(string $name, int $rows, int $first = 1): void
{
    $last = $first + $rows - 1;
    $values = str_starts_with($name, 'symfony')
        ? "(sess_id,sess_data,sess_lifetime,sess_time) SELECT SHA2(CONCAT('dead',seq),256),REPEAT('x',200),
            UNIX_TIMESTAMP()-3600+seq%3000,UNIX_TIMESTAMP()-7200"
        : "(id,version,codec,created_at,expires_at,data) SELECT UNHEX(SHA2(CONCAT('dead',seq),256)),seq,0,
            UNIX_TIMESTAMP()-7200,UNIX_TIMESTAMP()-3600+seq%3000,REPEAT('x',200)";
    admin(Place::Disk)->query('INSERT INTO ' . table($name) . " $values FROM seq_{$first}_to_$last");
}
