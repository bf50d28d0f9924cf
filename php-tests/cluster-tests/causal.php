#!/usr/bin/env php
<?php
// What one node has acknowledged is found on the next one at once, although that one may not have applied it yet.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

const ROUNDS = 500;

// Two: a worker of its own for each side of the load below.
$site = cluster_site(workers: 2, a: nodes(1), b: nodes(2), ini: ['session.use_strict_mode' => '1']);
$http = $site->http;

/**
 * Writes on node 1, then at once $then: round after round, under a load of large sessions that keeps the second node busy
 * with applying.
 */
function rounds(Site $site, callable $then): void
{
    $load = null;
    $busy = $site->new_session();
    for ($round = 1; $round <= ROUNDS; $round++) {
        if ($load === null || $load->done) {
            if ($load !== null) {
                all_acknowledged([$load]);
            }
            $load = $site->http->send('/a/count.php?blob=300000', $busy);
        }
        $then($round);
    }
    all_acknowledged([$site->http->wait($load)]);
}

test(ROUNDS . ' new sessions of node 1 are each known at once on node 2, which takes no unknown id', function () use ($site, $http): void {
    rounds($site, function (int $round) use ($http): void {
        $made = $http->get('/a/count.php');
        $found = $http->get('/b/count.php', $made->sid);
        all_acknowledged([$made, $found]);
        equal([$made->sid, 2], [$found->sid, $found->value('n')], "id and counter on node 2 in round $round");
    });
});

test('an id that nobody has made is not taken by node 2', function () use ($http): void {
    $sid = bin2hex(random_bytes(16));
    $answer = $http->get('/b/count.php', $sid);
    all_acknowledged([$answer]);
    ensure($answer->sid !== $sid, 'the unknown id was taken');
});

test(ROUNDS . ' times read_and_close on node 2 sees what node 1 has just written', function () use ($site, $http): void {
    $sid = $site->new_session();
    rounds($site, function (int $round) use ($http, $sid): void {
        $written = $http->get('/a/count.php', $sid);
        $read = $http->get('/b/read.php', $sid);
        all_acknowledged([$written, $read]);
        equal([$round, $round], [$written->value('n'), $read->value('n')], "the counter as written and as read in round $round");
    });
});

each_on_its_own_node(1, 2);
no_worker_crashed();
