<?php
// Interleaving: A B C C B A …, so that whatever else the machine does meets all handlers alike.

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
            foreach (in_turn($workers, $round) as $name => $worker) {
                $count = $cycles[$name][$kind];
                $values[$kind][$name][] = $worker->command("$command $kind $count") / $count / 1000;
            }
        }
    }
    return $values;
}

/** Cycles of these handlers, over sessions of this size: what interleave() gives, in a run against a commit p50s_of(). */
function cycles_of(array $names, Place $place, int $bytes, int $rounds, int $sessions = 50): array
{
    $kinds = ['unchanged', 'changed'];
    if (AGAINST === null) {
        $workers = seeded($names, $place, $bytes, $sessions);
        $values = interleave($workers, $kinds, $rounds);
        stop($workers);
        return $values;
    }
    return p50s_of($names, $place, $bytes, $rounds, $kinds, $sessions);
}

/**
 * The same, exactly enough for a limit of some percent: the values are p50s, and each round has processes and tables of
 * its own: where they happen to lie in memory and on the disk is worth some percent, which would else be on one side's
 * account for the whole run.
 */
function p50s_of(array $names, Place $place, int $bytes, int $rounds, array $kinds = ['unchanged', 'changed'], int $sessions = 50): array
{
    $values = [];
    for ($round = 0; $round < $rounds; $round++) {
        $workers = seeded(in_turn($names, $round), $place, $bytes, $sessions);
        foreach ($kinds as $kind) {
            foreach (p50s($workers, $kind) as $name => $p50) {
                $values[$kind][$name][] = $p50;
            }
        }
        stop($workers);
    }
    return $values;
}

/** How many times a handler's turn comes within one round of p50s_of(). */
const TURNS = 40;

/** @return array<string, float> handler => µs of a cycle, the median of TURNS short turns */
function p50s(array $workers, string $kind): array
{
    $each = [];
    foreach ($workers as $worker) {
        $worker->command("run $kind 60");
        $each[] = $worker->command("run $kind 20") / 20e9;
    }
    $count = (int) max(4, slice(200) / TURNS / min($each));
    $times = array_fill_keys(array_keys($workers), []);
    for ($turn = 0; $turn < TURNS; $turn++) {
        foreach (in_turn($workers, $turn) as $name => $worker) {
            array_push($times[$name], ...array_map('floatval', explode(' ', $worker->command("times $kind $count"))));
        }
    }
    return array_map(fn(array $all) => quantile($all, 0.5) / 1000, $times);
}

/** Handlers in the order of this round: there and back again. */
function in_turn(array $handlers, int $round): array
{
    return $round % 2 === 0 ? $handlers : array_reverse($handlers, true);
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
