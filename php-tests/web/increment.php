<?php
// Parallel increments over two web servers, which end at exact totals. Not a test itself, hence not executable:
// increments.php and cluster/increments.php are.

declare(strict_types=1);

/**
 * $admin drops the tables before the first requests; $onlooker sees what is stored, by another node where there are
 * several; $takers is who takes an id that it has not made itself: there births of one session race.
 */
function try_increments(Site $site, mysqli $admin, mysqli $onlooker, string $takers): void
{
    $http = $site->http;

    test('the first requests of all workers meet a database without the tables', function () use ($http, $admin, $onlooker): void {
        $admin->query('DROP TABLE IF EXISTS rustdb_sessions, rustdb_sessions_lease');
        $answers = $http->all(array_fill(0, 40, ['/both/count.php', null]), 40);
        all_acknowledged($answers);
        equal(40, count(array_unique(array_map(fn(Answer $answer) => $answer->sid, $answers))), 'different session ids');
        equal('40', column($onlooker, 'SELECT COUNT(*) FROM rustdb_sessions WHERE codec<128')[0], 'rows');
    });

    test('200 concurrent increments of one session over two servers end at exactly 200', function () use ($site, $http, $onlooker): void {
        $sid = $site->new_session();
        $answers = $http->all(array_fill(0, 200, ['/both/count.php', $sid]), 40);
        all_acknowledged($answers);
        equal(200, $site->stored($sid), 'the stored counter');
        equal(200, counter_on($onlooker, $sid), 'the counter in its row');
        $counts = array_map(fn(Answer $answer) => $answer->value('n'), $answers);
        sort($counts);
        equal(range(1, 200), $counts, 'what the answers counted');
        $workers = array_unique(array_map(fn(Answer $answer) => $answer->value('pid'), $answers));
        foreach ([$site->a, $site->b] as $server) {
            ensure(array_intersect($workers, children_of($server->pid)) !== [], "the server $server->name has answered none");
        }
    });

    test('1,000 increments over 50 sessions give every session its exact total', function () use ($site, $http, $onlooker): void {
        $sids = array_map(fn() => $site->new_session(), range(1, 50));
        $requests = [];
        for ($round = 0; $round < 20; $round++) {
            shuffle($sids);
            foreach ($sids as $sid) {
                $requests[] = ['/both/count.php', $sid];
            }
        }
        all_acknowledged($http->all($requests, 40));
        foreach ($sids as $sid) {
            equal(20, $site->stored($sid), 'a counter');
            equal(20, counter_on($onlooker, $sid), 'a counter in its row');
        }
    });

    test('200 increments by 40 clients that bring the same unknown id are exact', function () use ($site, $http, $takers): void {
        $sid = 'born-of-many-' . bin2hex(random_bytes(8));
        all_acknowledged($http->all(array_fill(0, 200, ["/$takers/count.php", $sid]), 40));
        equal(200, $site->stored($sid), 'the stored counter');
    });
}
