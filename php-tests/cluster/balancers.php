#!/usr/bin/env php
<?php
// HAProxy, and before Group Replication MySQL Router, sends everything to one node of a cluster. That node dies in
// mid-request, and the next one takes over: nothing is lost without a warning, in every lock mode.

declare(strict_types=1);

require __DIR__ . '/cluster.php';
require __DIR__ . '/../web/balancer.php';

time_limit(400);
$nodes = array_map(intval(...), explode(' ', setting('RUSTDB_CLUSTER_PORTS')));

$balancers = ['haproxy' => new Haproxy('haproxy', $nodes)];
if (setting('RUSTDB_CLUSTER') === 'group') {
    $balancers['router'] = new Router('router', $nodes);
}
$pools = [];
foreach ($balancers as $name => $balancer) {
    pools_behind($balancer, $name);
    array_push($pools, ...array_map(fn(string $mode) => "{$name}_$mode", MODES));
}
$http = nginx(...$pools);

foreach ($balancers as $name => $balancer) {
    foreach ([
        'its server dies between two requests' => cut_between_requests(...),
        'its server dies while a request is at work' => cut_at_work(...),
        'it dies at work, and another request comes meanwhile' => cut_at_work_and_another_comes(...),
    ] as $words => $scene) {
        situation($http, $name, $words, $scene, function () use ($http, $name): void {
            ensure(count(connections(bystander_on(1))) >= count(MODES), 'the first node is not the one that is used');
            end_of('kill-node', 1);
            answers_again($http, $name);
        });
        end_of('start-node', 1);
        foreach ($balancers as $each) {
            $each->turn_back();
            $each->cut(); // what went over to the second node
        }
    }
}

no_worker_crashed();

function end_of(string $command, int $node): void
{
    $program = node_command($command, $node);
    wait_until(fn() => $program->ended() !== null, 90, "$command $node");
    equal(0, $program->ended(), "the exit status of $command $node: " . $program->logged());
}

/** Waits until new sessions are served through the balancer again. */
function answers_again(Http $http, string $name): void
{
    $http->until(fn() => $http->get("/{$name}_none/put.php?key=probe")->status === 200, 60, 'sessions are served again');
}
