#!/usr/bin/env php
<?php
// A node is killed under load: its web server goes on with the next host of its list, whatever was acknowledged is there,
// what was not was answered with a failure, and the node is used again once it is back.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

const AFTER = 150; // requests that each server must have answered well after the node was killed

$site = cluster_site(workers: 8, a: nodes(1, 2, 3), b: nodes(2, 3, 1));
$http = $site->http;
$sids = array_map(fn() => $site->new_session(), range(1, 12));
$load = new Load();

each_on_its_own_node(1, 2);

test('no acknowledged increment is missing after a node was killed under load', function () use ($site, $http, $sids, $load): void {
    $kill = null;
    $requests = (function () use ($sids, $load, &$kill): Generator {
        $deadline = microtime(true) + 90;
        for ($sent = 0; min($load->after) < AFTER; $sent++) {
            if ($sent === 150) {
                $kill = node_command('kill-node', 1);
            }
            $load->killed = $kill?->ended() !== null;
            ensure(microtime(true) < $deadline, 'after 90 seconds acknowledged by a and b since the kill: ' . json_encode($load->after));
            yield ['/' . ($sent % 2 ? 'a' : 'b') . '/count.php', $sids[intdiv($sent, 2) % count($sids)]];
        }
    })();
    $answers = $http->all($requests, 16, $load->count(...));

    equal(0, $kill->ended(), 'the exit status of the kill: ' . $kill->logged());
    try {
        admin_of(1);
        throw new Failed('the killed node still answers');
    } catch (mysqli_sql_exception) {
    }
    foreach ($answers as $answer) {
        // A refused request is a page's own 500 with a reason: no worker crashed or hung.
        ensure(in_array($answer->status, [200, 500], true), 'an answer: ' . $answer->summary());
        ensure($answer->status === 200 || $answer->value('reason') !== '', 'a refused request gave no warning');
        ensure(in_array($answer->sid, $sids, true), 'a session was replaced by a new one');
        ensure($answer->seconds < 40, "a request took $answer->seconds seconds");
    }
    foreach ($sids as $sid) {
        check_total($load, $sid, $site->stored($sid));
        check_total($load, $sid, counter_on(admin_of(3), $sid));
    }
});

test('the killed node comes back, has what it missed, and is used again', function () use ($http, $sids, $load): void {
    $start = node_command('start-node', 1);
    $http->until(fn() => $start->ended() !== null, 90, 'the node is back');
    equal(0, $start->ended(), 'the exit status of the start: ' . $start->logged());
    $admin = admin_of(1);
    foreach ($sids as $sid) {
        check_total($load, $sid, counter_on($admin, $sid));
    }
    // A host that was down is passed over for a while.
    $http->until(function () use ($http, $sids, $admin): bool {
        all_acknowledged($http->all(array_map(fn(string $sid) => ['/a/count.php?add=0', $sid], $sids), 8));
        return connections($admin) !== [];
    }, 60, 'the web server uses its first host');
});

no_worker_crashed();

function check_total(Load $load, string $sid, ?int $stored): void
{
    $acknowledged = $load->acknowledged[$sid] ?? 0;
    $most = $acknowledged + ($load->refused[$sid] ?? 0);
    ensure($stored >= $acknowledged, "a session has lost increments: $acknowledged acknowledged, $stored stored");
    ensure($stored <= $most, "a session has counted too much: $most sent, $stored stored");
}

/** What has come of the requests so far. */
final class Load
{
    public bool $killed = false;
    /** @var array<string, int> acknowledged since the kill, by server */
    public array $after = ['a' => 0, 'b' => 0];
    /** @var array<string, int> by session id */
    public array $acknowledged = [];
    public array $refused = [];

    public function count(Answer $answer): void
    {
        if ($answer->status === 200) {
            $this->acknowledged[$answer->sid] = ($this->acknowledged[$answer->sid] ?? 0) + 1;
            $this->after[$answer->path[1]] += (int) $this->killed;
        } else {
            $this->refused[$answer->sid] = ($this->refused[$answer->sid] ?? 0) + 1;
        }
    }
}
