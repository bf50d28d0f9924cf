#!/usr/bin/env php
<?php
// What a request meets whose session another one holds, and what becomes of the lock when its
// holder dies.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$site = new Site(workers: 4);
$http = $site->http;
$admin = admin();

test('a request waits for the holder on the other server and sees its data', function () use ($site, $http, $admin): void {
    $sid = $site->new_session();
    $gate = new_gate();
    $holder = $site->hold('a', $sid, $gate);
    $waiter = $site->queue('/b/count.php', $sid, $admin);
    open_gate($gate);
    equal(1, $http->wait($holder)->value('n'), 'the holder counted');
    equal(2, $http->wait($waiter)->value('n'), 'the waiter counted');
    all_acknowledged([$holder, $waiter]);
});

test('read_and_close answers on both servers while another request holds the lock', function () use ($site, $http): void {
    $sid = $site->new_session();
    $gate = new_gate();
    $holder = $site->hold('a', $sid, $gate);
    foreach (['a', 'b'] as $server) {
        $reader = $http->get("/$server/read.php", $sid);
        equal(200, $reader->status, "reading on $server: " . $reader->summary());
        equal(0, $reader->value('n'), 'what was stored before');
    }
    equal(false, $holder->done, 'the holder is done already');
    open_gate($gate);
    equal(1, $http->wait($holder)->value('n'), 'the holder counted');
    equal(1, $site->stored($sid), 'the stored counter');
});

test('lock_wait=1 gives a warning and false while another request holds the lock', function () use ($site, $http): void {
    $sid = $site->new_session();
    $gate = new_gate();
    $holder = $site->hold('a', $sid, $gate);
    $refused = $http->get('/b/count.php?lock_wait=1', $sid);
    equal(500, $refused->status, 'the refused request: ' . $refused->summary());
    equal(false, $refused->value('started'), 'session_start()');
    ensure($refused->value('waited') >= 0.9 && $refused->value('waited') < 4, "it waited {$refused->value('waited')} seconds");
    ensure(str_contains($refused->value('reason'), 'lock'), "the warning does not speak of the lock: {$refused->value('reason')}");
    ensure(!str_contains($refused->body, $sid), 'the warning shows the session id');
    open_gate($gate);
    all_acknowledged([$http->wait($holder)]);
    equal(1, $site->stored($sid), 'the stored counter');
});

test('lock_failure=readonly reads, refuses the write with a warning, and the stored data stands', function () use ($site, $http): void {
    $sid = $site->new_session();
    $gate = new_gate();
    $holder = $site->hold('a', $sid, $gate);
    $reader = $http->get('/b/count.php?add=100&lock_wait=1&lock_failure=readonly', $sid);
    equal(500, $reader->status, 'the request that may not write: ' . $reader->summary());
    equal(true, $reader->value('started'), 'session_start()');
    equal(100, $reader->value('n'), 'its own count, from the data stored before');
    ensure($reader->value('reason') !== '', 'no warning');
    equal(0, $site->stored($sid), 'the stored counter while the lock is held');
    open_gate($gate);
    all_acknowledged([$http->wait($holder)]);
    equal(1, $site->stored($sid), 'the stored counter');
});

test('a first request holds its session from birth: who follows with the new id waits', function () use ($site, $http, $admin): void {
    $gate = new_gate();
    $first = $http->send("/a/birth.php?gate=$gate");
    $http->until(fn() => $first->sid !== null && at_gate($gate), 10, 'the new id reaches the browser');
    $second = $site->queue('/b/count.php?add=10', $first->sid, $admin);
    open_gate($gate);
    equal($first->sid, $http->wait($second)->sid, 'the id of the second request');
    equal(11, $second->value('n'), 'what the second request counted, after the first one');
    all_acknowledged([$second]);
    equal(11, $site->stored($first->sid), 'the stored counter');
});

test('a worker killed while it holds the lock: the next request goes on with the data stored before', function () use ($site, $http, $admin): void {
    $sid = $site->new_session();
    all_acknowledged([$http->get('/b/count.php', $sid)]);
    $holder = $site->hold('a', $sid, $gate = new_gate());
    $waiter = $site->queue('/b/count.php', $sid, $admin);
    posix_kill(at_gate($gate), SIGKILL);
    $killed = microtime(true);
    equal(2, $http->wait($waiter)->value('n'), 'the waiter counted');
    all_acknowledged([$waiter]);
    ensure(microtime(true) - $killed < 3, 'the waiter went on only after ' . round(microtime(true) - $killed, 1) . ' seconds');
    equal(502, $http->wait($holder)->status, 'the killed request');
    equal(3, $http->get('/a/count.php', $sid)->value('n'), 'the next request');
});

test('a worker killed while it waits for the lock leaves no lock and no write behind', function () use ($site, $http, $admin): void {
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    $waiter = $site->queue('/b/count.php?add=100', $sid, $admin);
    // Which worker of b has taken the request is not known outside: all of them go.
    foreach (children_of($site->b->pid) as $worker) {
        posix_kill($worker, SIGKILL);
    }
    equal(502, $http->wait($waiter)->status, 'the killed waiter');
    open_gate($gate);
    all_acknowledged([$http->wait($holder)]);
    $next = $http->get('/b/count.php', $sid);
    all_acknowledged([$next]);
    equal(2, $next->value('n'), 'the next request counted');
});

test('a holder that loses its connection still writes when nobody has changed the session', function () use ($site, $http, $admin): void {
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    kill_connections($admin);
    open_gate($gate);
    all_acknowledged([$http->wait($holder)]);
    equal(1, $site->stored($sid), 'the stored counter');
});

test('a holder that loses its connection is warned when another request has changed the session', function () use ($site, $http, $admin): void {
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    kill_connections($admin);
    $other = $http->get('/b/count.php?add=10', $sid);
    all_acknowledged([$other]);
    open_gate($gate);
    equal(500, $http->wait($holder)->status, 'the request whose lock was lost: ' . $holder->summary());
    equal(true, $holder->value('started'), 'session_start()');
    equal(10, $site->stored($sid), 'the stored counter');
});

/** Ends all connections of both servers, the holder's among them, and waits until they are gone. */
function kill_connections(mysqli $admin): void
{
    $killed = connections($admin);
    ensure($killed !== [], 'no connection is open though a request holds a session');
    foreach ($killed as $connection) {
        $admin->query("KILL $connection");
    }
    wait_until(fn() => array_intersect(connections($admin), $killed) === [], 5, 'the killed connections have ended');
}

no_worker_crashed();
