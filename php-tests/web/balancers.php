#!/usr/bin/env php
<?php
// HAProxy, and where the server is MySQL MySQL Router, between PHP and one server: they cut connections that are idle, and
// those of requests at work. Nothing is lost without a warning, in every lock mode.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/balancer.php';

$admin = admin();
$server = (int) setting('RUSTDB_TEST_PORT');

$balancers = ['haproxy' => new Haproxy('haproxy', [$server])];
if (!str_contains($admin->server_info, 'MariaDB')) {
    $balancers['router'] = new Router('router', [$server]);
}
$silent = new Haproxy('silent', [$server], SILENCE);
foreach ($balancers + ['silent' => $silent] as $name => $balancer) {
    pools_behind($balancer, $name);
}
$pools = [];
foreach ([...array_keys($balancers), 'silent'] as $name) {
    array_push($pools, ...array_map(fn(string $mode) => "{$name}_$mode", MODES));
}
$http = nginx(...$pools);

foreach ($balancers as $name => $balancer) {
    $cut = $balancer->cut(...);
    situation($http, $name, 'connection cut between two requests', cut_between_requests(...), $cut);
    situation($http, $name, 'cut while a request is at work', cut_at_work(...), $cut);
    situation($http, $name, 'cut at work, and another request comes meanwhile', cut_at_work_and_another_comes(...), $cut);
}

// A connection that is as silent as one can be, and that the balancer cuts in the end: whatever began before has been
// silent for as long, or was not.
$outlived = function () use ($silent): void {
    $bystander = stream_socket_client('tcp://127.0.0.1:' . $silent->port(), timeout: 5);
    stream_set_timeout($bystander, 30);
    ensure(stream_get_contents($bystander) !== false && feof($bystander), 'the balancer cuts no silent connection');
};
situation($http, 'silent', 'idle for longer than the balancer lets it be', cut_between_requests(...), $outlived);
test('silent, lock=row: a held session is spoken on, and its connection is not cut', function () use ($http, $admin, $outlived): void {
    $visitor = new Visitor($http, 'silent_row');
    $working = $visitor->begin('working');
    $holding = connections($admin);
    $outlived();
    $outlived();
    $other = $visitor->send('other');
    $http->until(fn() => lock_waiters($admin) > 0 || $other->done, 10, 'another request waits for the session');
    ensure(!$other->done, 'the session was not locked any more');
    ensure(array_intersect($holding, connections($admin)) !== [], 'the connection was replaced');
    array_map(open_gate(...), Gates::$names);
    array_map($http->wait(...), [$working, $other]);
    equal(['begun', 'working', 'other'], $visitor->stored(), 'what is stored');
});

no_worker_crashed();
