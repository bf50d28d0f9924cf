#!/usr/bin/env php
<?php
// rustdb.lock=merge between nodes: a hundred requests at once for one session, over two web servers each on a node of its own, set a key
// each. Nobody waits for another, no key is lost, no request fails, and the third node sees all of them.

declare(strict_types=1);

require __DIR__ . '/cluster.php';

const REQUESTS = 100;
const WORKERS = 10; // of each web server

$merge = ['rustdb.lock' => 'merge'];
$site = new Site(WORKERS, ['session.use_strict_mode' => '1'], ['a' => nodes(1) + $merge, 'b' => nodes(2) + $merge]);

foreach ([1, 2, 3] as $round) {
    test('round ' . $round . ': ' . REQUESTS . ' requests at once that set a key each lose none, and none fails', function () use ($site): void {
        $sid = $site->new_session();
        $keys = array_map(fn(int $at) => "k$at", range(1, REQUESTS));
        $crowd = bin2hex(random_bytes(4));
        $requests = [];
        foreach ($keys as $at => $key) {
            $server = $at % 2 === 0 ? 'a' : 'b';
            $requests[] = ["/$server/tabs.php?crowd=$crowd&until=" . 2 * WORKERS . "&work=20000&key=$key", $sid];
        }
        all_acknowledged($site->http->all($requests, REQUESTS));
        $third = column(admin_of(3), "SELECT data FROM rustdb_sessions WHERE id = UNHEX(SHA2('$sid', 256))")[0];
        equal([], array_values(array_filter($keys, fn(string $key) => !str_contains($third, "$key|"))), 'keys missing on the third node');
    });
}

each_on_its_own_node(1, 2);

no_worker_crashed();
