#!/usr/bin/env php
<?php
// Row locks hold on one node only: a server that is one of several writers makes every process say so once.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

$modes = [
    'row' => ['rustdb.lock' => 'row'],
    'single' => ['rustdb.lock' => 'row', 'rustdb.single_writer' => '1'],
    'lease' => ['rustdb.lock' => 'lease'],
    'none' => ['rustdb.lock' => 'none'],
];
fpm('modes', rustdb_settings(nodes(1)), $modes, workers: 4);
$http = nginx(...array_keys($modes));

/** Sends requests to a pool until all of its workers have answered several, and returns their reasons by pid. */
function reasons(Http $http, string $pool): array
{
    $reasons = [];
    $http->until(function () use ($http, $pool, &$reasons): bool {
        // One at a time, so that the answers come in the order in which the workers gave them.
        $answer = $http->get("/$pool/count.php");
        equal(true, $answer->value('started'), "whether $pool started a session: " . $answer->summary());
        $reasons[$answer->value('pid')][] = $answer->value('reason');
        return count($reasons) === 4 && min(array_map(count(...), $reasons)) >= 3;
    }, 20, "all workers of $pool have answered");
    return $reasons;
}

test('lock=row on such a node warns once per process, and says what was found and what to set', function () use ($http): void {
    $found = ['galera' => 'Galera', 'group' => 'Group Replication'][setting('RUSTDB_CLUSTER')];
    foreach (reasons($http, 'row') as $pid => $said) {
        foreach (['multi-writer', 'rustdb.lock=lease', 'rustdb.single_writer=1', $found] as $words) {
            ensure(str_contains($said[0], $words), "the first warning does not say '$words': $said[0]");
        }
        equal([''], array_values(array_unique(array_slice($said, 1))), "what process $pid said later");
    }
});

foreach (['single' => 'rustdb.single_writer=1', 'lease' => 'lock=lease', 'none' => 'lock=none'] as $pool => $name) {
    test("$name is quiet", function () use ($http, $pool): void {
        foreach (reasons($http, $pool) as $pid => $said) {
            equal([''], array_values(array_unique($said)), "what process $pid said");
        }
    });
}

no_worker_crashed();
