#!/usr/bin/env php
<?php
// A node is killed under load: its web server goes on with the next host of its list, whatever was acknowledged is there,
// what was not was answered with a failure, and the node is used again once it is back.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

$site = cluster_site(workers: 8, a: nodes(1, 2, 3), b: nodes(2, 3, 1));
$http = $site->http;
$load = new Load($site, sessions: 12);

each_on_its_own_node(1, 2);

test('no acknowledged increment is missing after a node was killed under load', function () use ($load): void {
    $kill = null;
    $begin = function () use (&$kill): void {
        $kill = node_command('kill-node', 1);
    };
    $over = function () use (&$kill): bool {
        return $kill->ended() !== null;
    };
    $load->during($begin, $over, bound: 40);
    equal(0, $kill->ended(), 'the exit status of the kill: ' . $kill->logged());
    try {
        admin_of(1);
        throw new Failed('the killed node still answers');
    } catch (mysqli_sql_exception) {
    }
    $load->check_totals(admin_of(3));
});

test('the killed node comes back, has what it missed, and is used again', function () use ($http, $load): void {
    $start = node_command('start-node', 1);
    $http->until(fn() => $start->ended() !== null, 90, 'the node is back');
    equal(0, $start->ended(), 'the exit status of the start: ' . $start->logged());
    $load->check_totals(admin_of(1));
    used_again($http, $load, 1);
});

no_worker_crashed();
