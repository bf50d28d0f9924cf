<?php
// Interleaving: A B C A B C …, so that whatever else the machine does meets all handlers alike.

declare(strict_types=1);

/**
 * Cycles of some kinds by workers that are seeded already.
 *
 * @param array<string, Worker> $workers
 * @param list<string> $kinds  what the worker's command `run` takes
 * @return array<string, array<string, list<float>>>  kind => handler => µs per cycle, of each round
 */
function interleave(array $workers, array $kinds, int $rounds, string $command = 'run'): array
{
    $cycles = [];
    foreach ($workers as $name => $worker) {
        foreach ($kinds as $kind) {
            // All connections, caches and prepared statements are warm after this.
            $worker->command("$command $kind 60");
            $each = $worker->command("$command $kind 20") / 20e9;
            $cycles[$name][$kind] = (int) max(4, min(4000, slice() / $each));
        }
    }
    $values = [];
    for ($round = 0; $round < $rounds; $round++) {
        foreach ($kinds as $kind) {
            foreach ($workers as $name => $worker) {
                $count = $cycles[$name][$kind];
                $values[$kind][$name][] = $worker->command("$command $kind $count") / $count / 1000;
            }
        }
    }
    return $values;
}

/** @return array<string, Worker> workers of these handlers, with sessions of this size and this kind of data */
function seeded(array $names, Place $place, int $bytes, int $sessions = 50, string $kind = 'letters'): array
{
    $workers = [];
    foreach ($names as $name) {
        $workers[$name] = worker($name, $place);
        // What the string has around it when it is serialised takes some 30 bytes.
        $workers[$name]->command("seed $sessions " . max(1, $bytes - 30) . " $name $kind");
    }
    return $workers;
}

function stop(array $workers): void
{
    foreach ($workers as $worker) {
        $worker->stop();
    }
}
