#!/usr/bin/env php
<?php
// One of two php-fpm masters is reloaded or stopped while a request of it holds a session.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$site = new Site(workers: 4);
$http = $site->http;
$admin = admin();

// Without process_control_timeout all three end the running request at once.
foreach (['SIGUSR2' => SIGUSR2, 'SIGTERM' => SIGTERM, 'SIGQUIT' => SIGQUIT] as $name => $signal) {
    test("$name to a master whose request holds a session: the other server has it at once", function () use ($site, $http, $admin, $signal): void {
        $sid = $site->new_session();
        $holder = $site->hold('a', $sid, $gate = new_gate());
        $waiter = $site->queue('/b/count.php?add=10', $sid, $admin);
        $sent = microtime(true);
        $site->a->signal($signal);
        equal(10, $http->wait($waiter)->value('n'), 'the waiter counted');
        all_acknowledged([$waiter]);
        ensure(microtime(true) - $sent < 5, 'the waiter went on only after ' . round(microtime(true) - $sent, 1) . ' seconds');
        equal(502, $http->wait($holder)->status, 'the request that was ended: ' . $holder->summary());

        if ($signal !== SIGUSR2) {
            wait_until(fn() => $site->a->ended() !== null, 5, 'the master ends');
            $site->start_a();
        }
        $http->until(fn() => $http->get('/a/count.php', $sid)->status === 200, 10, 'the master serves sessions again');
        equal(11, $site->stored($sid), 'the stored counter');
    });
}

test('a reload that lets requests end: the holder is stored, and the waiter gets its turn', function () use ($http, $admin, $site): void {
    $site->a->stop();
    $patient = fpm('a', rustdb_settings(), ['a' => []], 4, ['process_control_timeout' => '15s']);
    $sid = $site->new_session();
    $holder = $site->hold('a', $sid, $gate = new_gate());
    $waiter = $site->queue('/a/count.php?add=10', $sid, $admin);
    $before = children_of($patient->pid);
    $patient->signal(SIGUSR2);
    // The signal has reached the workers when those without a request are gone.
    $http->until(fn() => count(array_filter($before, fn(int $pid) => is_running($pid))) === 2, 10, 'the idle workers have ended');
    open_gate($gate);
    all_acknowledged([$http->wait($holder), $http->wait($waiter)]);
    equal(11, $waiter->value('n'), 'the waiter counted');
    $http->until(fn() => $http->get('/a/count.php', $sid)->status === 200, 10, 'the master serves sessions again');
    equal(12, $site->stored($sid), 'the stored counter');
    $site->a = $patient;
});

test('reloads under load: what was acknowledged is there', function () use ($site, $http): void {
    $sids = array_map(fn() => $site->new_session(), range(1, 8));
    $requests = (function () use ($sids, $site): Generator {
        for ($sent = 0; $sent < 400; $sent++) {
            if ($sent % 100 === 50) {
                $site->b->signal(SIGUSR2);
            }
            yield ['/both/count.php', $sids[$sent % count($sids)]];
        }
    })();
    $acknowledged = array_fill_keys($sids, 0);
    $refused = $acknowledged;
    foreach ($http->all($requests, 16) as $answer) {
        $answer->status === 200 ? $acknowledged[$answer->sid]++ : $refused[$answer->sid]++;
    }
    foreach ($sids as $sid) {
        $stored = $http->until(function () use ($http, $sid): ?int {
            $answer = $http->get('/a/read.php', $sid);
            return $answer->status === 200 ? $answer->value('n') : null;
        }, 10, 'the session can be read');
        $most = $acknowledged[$sid] + $refused[$sid];
        ensure($stored >= $acknowledged[$sid] && $stored <= $most, "$acknowledged[$sid] acknowledged of $most, $stored stored");
    }
    ensure(array_sum($acknowledged) >= 200, 'only ' . array_sum($acknowledged) . ' of 400 requests were acknowledged');
});

no_worker_crashed();
