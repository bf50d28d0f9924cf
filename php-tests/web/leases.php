#!/usr/bin/env php
<?php
// rustdb.lock=lease under php-fpm: what becomes of a lease when its worker is stopped, reloaded or killed.
//
// A worker that is told to end and may finish its request gives the lease back with it. One that is killed (SIGKILL,
// or php-fpm without process_control_timeout, which sends SIGTERM at once) runs no more code of its own: nobody renews
// the lease then, and it ends by itself.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const LEASE = 3;

$site = new Site(workers: 4, more: array_fill_keys(['a', 'b'], ['rustdb.lock' => 'lease', 'rustdb.lease' => (string) LEASE]));
$http = $site->http;
$admin = admin();

test('a request waits for the lease of one on the other server and sees its data', function () use ($site, $http): void {
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    $waiter = $http->send('/b/count.php?add=10', $sid);
    $http->until(fn() => true, 1, 'the waiting request is sent');
    open_gate($gate);
    equal(11, $http->wait($waiter)->value('n'), 'the waiter counted');
    all_acknowledged([$http->wait($holder), $waiter]);
});

test('a worker killed by SIGKILL: the lease ends by itself within rustdb.lease', function () use ($site, $http): void {
    killed($site, $http, fn() => null, SIGKILL);
});

foreach (['SIGUSR2' => SIGUSR2, 'SIGTERM' => SIGTERM, 'SIGQUIT' => SIGQUIT] as $name => $signal) {
    test("$name to a master that lets nobody finish: the lease ends by itself within rustdb.lease", function () use ($site, $http, $signal): void {
        killed($site, $http, fn() => $site->a->signal($signal));
        if ($signal !== SIGUSR2) {
            wait_until(fn() => $site->a->ended() !== null, 5, 'the master ends');
            $site->start_a();
        }
    });
}

foreach (['SIGUSR2' => SIGUSR2, 'SIGQUIT' => SIGQUIT] as $name => $signal) {
    test("$name to a master that lets requests finish: the lease is given back with the request", function () use ($site, $http, $admin, $name, $signal): void {
        $site->a->stop();
        $lease = ['rustdb.lock' => 'lease', 'rustdb.lease' => (string) LEASE];
        $patient = $site->a = fpm('a', rustdb_settings($lease), ['a' => []], 4, ['process_control_timeout' => '15s']);
        $sid = $site->new_session();
        $holder = $site->hold('a', $sid, $gate = new_gate());
        $worker = at_gate($gate);
        $idle = array_diff(children_of($patient->pid), [$worker]);
        $patient->signal($signal);
        // The signal has reached the workers when those without a request are gone.
        $http->until(fn() => array_filter($idle, fn(int $pid) => is_running($pid)) === [], 10, 'the idle workers have ended');
        equal([digest($sid)], leased($admin), 'the leases while the request runs');
        open_gate($gate);
        all_acknowledged([$http->wait($holder)]);
        equal([], leased($admin), 'the leases after it');
        $http->until(fn() => !is_running($worker), 5, 'its worker has ended');
        equal(1, $http->get('/b/read.php', $sid)->value('n'), 'the stored counter');
        if ($signal === SIGUSR2) {
            $http->until(fn() => $http->get('/a/count.php', $sid)->status === 200, 10, 'the master serves sessions again');
        }
    });
}

no_worker_crashed();

/** Ends a request that holds a session, and checks that a waiting one goes on with what was stored before. */
function killed(Site $site, Http $http, callable $end, ?int $signal = null): void
{
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    $waiter = $http->send('/b/count.php?add=10', $sid);
    $sent = microtime(true);
    $signal !== null ? posix_kill(at_gate($gate), $signal) : $end();
    equal(10, $http->wait($waiter)->value('n'), 'the waiter counted');
    all_acknowledged([$waiter]);
    // Waiting requests ask every 20 ms at most, and this machine may be busy.
    $took = microtime(true) - $sent;
    ensure($took < LEASE + 1, "the waiter went on only after $took seconds");
    equal(502, $http->wait($holder)->status, 'the request that was ended: ' . $holder->summary());
    equal(10, $http->get('/b/read.php', $sid)->value('n'), 'the stored counter');
}

function digest(string $sid): string
{
    return hash('sha256', $sid);
}

/** The digests of the sessions whose lease runs. */
function leased(mysqli $admin): array
{
    return column($admin, 'SELECT LOWER(HEX(id)) FROM rustdb_sessions_lease WHERE lease_until > UNIX_TIMESTAMP()');
}
