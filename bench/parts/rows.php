<?php
// (e) A table with many live rows against one with 1,000: over 1,000 sessions each, p50 of each round.

declare(strict_types=1);

function rows(Results $results): void
{
    set_flush(Place::Disk, 2);
    $many = FULL ? 10_000_000 : 1_000_000;
    $workers = [];
    foreach (['few' => 1000, 'many' => $many] as $name => $rows) {
        make_table("bench_rows_$name", Place::Disk);
        fill_live("bench_rows_$name", $name, $rows);
        $label = $name === 'few' ? 'rustdb-row, 1,000 rows' : 'rustdb-row, many rows';
        $workers[$label] = worker('rustdb-row', Place::Disk, "bench_rows_$name");
        $workers[$label]->command("adopt 1000 $name " . intdiv($rows, 1000));
        // Brings the rows into memory, and their expiry up to date.
        $workers[$label]->command('run changed 2000');
    }
    $values = [];
    for ($round = rounds(20); $round > 0; $round--) {
        foreach (['unchanged', 'changed'] as $kind) {
            foreach ($workers as $label => $worker) {
                $times = array_map('floatval', explode(' ', $worker->command("times $kind 400")));
                $values[$kind][$label][] = quantile($times, 0.5) / 1000;
            }
        }
    }
    stop($workers);
    foreach ($values as $kind => $series) {
        $results->add(new Series('rows', "rows/$kind", sprintf('p50 of %s cycles, %s rows against 1,000', $kind, number_format($many)), 'µs', $series));
    }
    admin(Place::Disk)->query('DROP TABLE bench_rows_many');
}

/** Live rows of the sessions NAME0, NAME1, …, in steps, because one transaction of all would only test the undo log. */
function fill_live(string $table, string $name, int $rows): void
{
    $admin = admin(Place::Disk);
    $admin->query('SET unique_checks=0');
    for ($from = 0; $from < $rows; $from += 500_000) {
        $to = min($rows, $from + 500_000) - 1;
        $admin->query("INSERT INTO `$table` (id,version,codec,created_at,expires_at,data)
            SELECT UNHEX(SHA2(CONCAT('$name',seq),256)) AS id,seq+1,0,UNIX_TIMESTAMP(),UNIX_TIMESTAMP()+1500,
            CONCAT('n|i:10000000;data|s:64:\"',REPEAT('x',64),'\";') FROM seq_{$from}_to_$to ORDER BY 1");
    }
}
