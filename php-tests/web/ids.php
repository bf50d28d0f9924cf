#!/usr/bin/env php
<?php
// Ids that stay: in strict mode nobody gets another session cookie for what his own requests, or his own empty session, have done; and what
// strict mode is for stays: ids of strangers are replaced. Over two web servers, in each lock mode.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/jar.php';

const GIVEN_UP = 'another request has given the session another id or ended it';

$pools = [];
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $pools[$lock] = rustdb_settings(['rustdb.lock' => $lock, 'rustdb.table' => "ids_$lock"]);
}
Teardown::add(function (): void {
    foreach (column(admin(), "SHOW TABLES LIKE 'ids\\_%'") as $table) {
        admin()->query("DROP TABLE $table");
    }
});
$ini = ['session.use_strict_mode' => '1', 'session.gc_probability' => '0'];
foreach (['a', 'b'] as $server) {
    fpm($server, $ini, array_combine(array_map(fn(string $lock) => "{$lock}_$server", array_keys($pools)), $pools), 6);
}
$names = ['row_a', 'row_b', 'lease_a', 'lease_b', 'merge_a', 'merge_b', 'none_a', 'none_b'];
// A web server whose clock is 14 minutes ahead.
$faketime = glob('/usr/lib/*/faketime/libfaketimeMT.so.1')[0] ?? null;
if ($faketime !== null) {
    fpm('ahead', $ini, ['row_ahead' => $pools['row']], 4, environment: [
        'LD_PRELOAD' => $faketime,
        'FAKETIME' => '+14m',
        'FAKETIME_DONT_FAKE_MONOTONIC' => '1',
        // What it would share with other processes otherwise stays behind in /dev/shm where they are killed.
        'FAKETIME_DISABLE_SHM' => '1',
    ]);
    $names[] = 'row_ahead';
}
$http = nginx(...$names);
$admin = admin();

/** A request on server a that holds the session at its gate. */
function hold(Http $http, Jar $jar, string $lock, string $gate, string $steps): Answer
{
    $holder = $jar->send("{$lock}_a", $steps);
    $http->until(fn() => at_gate($gate) || $holder->done, 10, 'a request holds the session');
    ensure(!$holder->done, 'the holder is done: ' . $holder->summary());
    return $holder;
}

/** Requests that wait for the session which another holds; returns when all do. */
function queue(Http $http, Jar $jar, mysqli $admin, string $lock, array $requests): array
{
    // With row locks they wait inside the server; with leases they have tried to insert theirs.
    $count = fn(): int => $lock === 'row' ? lock_waiters($admin)
        : (int) $admin->query("SHOW GLOBAL STATUS LIKE 'Com_insert'")->fetch_row()[1];
    $before = $count();
    $waiters = array_map(fn(array $request) => send_and_arrive($http, $jar, "{$lock}_$request[0]", $request[1]), $requests);
    $http->until(fn() => $count() - $before >= count($waiters), 10, 'the requests wait');
    equal([], array_keys(array_filter($waiters, fn(Answer $waiter) => $waiter->done)), 'waiters that are done');
    return $waiters;
}

function sorted(array $data): array
{
    ksort($data);
    return $data;
}

/** What a browser's next request finds. */
function session(Jar $jar, string $pool): array
{
    $answer = $jar->get($pool, 'start');
    equal(null, $answer->cookie, 'the cookie that the next request gets');
    return $answer->value('data');
}

/** How many sessions a table has: marks are none, and the secret of the ids is none. */
function sessions(mysqli $admin, string $table): int
{
    return (int) column($admin, "SELECT COUNT(*) FROM $table WHERE (codec<128 OR expires_at>UNIX_TIMESTAMP()) AND id<>REPEAT('\\0',32)")[0];
}

foreach (['row', 'lease'] as $lock) {
    test("$lock: a request that waits behind a sign-in keeps its id and its data, and the browser is signed in", function () use ($http, $admin, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:cart:full');
        $old = $jar->id;
        $page = hold($http, $jar, $lock, $gate = new_gate(), "start,gate:$gate,regenerate,set:user:alice");
        [$poll] = queue($http, $jar, $admin, $lock, [['b', 'start']]);
        open_gate($gate);
        all_acknowledged([$http->wait($page), $http->wait($poll)]);
        equal([$old, null], [$poll->value('id'), $poll->cookie], "the poll's id, and the cookie that it got");
        equal(['cart' => 'full'], $poll->value('data'), 'what the poll saw');
        equal($page->cookie, $jar->id, "the browser's cookie");
        foreach (['a', 'b'] as $server) {
            equal(['cart' => 'full', 'user' => 'alice'], session($jar, "{$lock}_$server"), "the session on server $server");
        }
    });

    test("$lock: what such a request stores is refused with a warning, and harms nobody", function () use ($http, $admin, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:cart:full');
        $old = $jar->id;
        $page = hold($http, $jar, $lock, $gate = new_gate(), "start,gate:$gate,regenerate,set:user:alice");
        [$writer] = queue($http, $jar, $admin, $lock, [['b', 'start,set:cart:empty']]);
        open_gate($gate);
        all_acknowledged([$http->wait($page)]);
        equal(500, $http->wait($writer)->status, 'the status of the writer');
        ensure(str_contains($writer->value('reason'), GIVEN_UP), "its warning: {$writer->value('reason')}");
        ensure(!str_contains($writer->value('reason'), $old), 'the warning shows the session id');
        equal(null, $writer->cookie, 'the cookie that it got');
        equal(['cart' => 'full', 'user' => 'alice'], session($jar, "{$lock}_b"), 'the session');
    });

    test("$lock: four requests at once that all regenerate the id leave the browser signed in, whichever cookie it keeps", function () use ($http, $admin, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:user:alice');
        $first = hold($http, $jar, $lock, $gate = new_gate(), "start,gate:$gate,regenerate");
        $others = queue($http, $jar, $admin, $lock, [['b', 'start,regenerate'], ['a', 'start,regenerate'], ['b', 'start,regenerate']]);
        open_gate($gate);
        $answers = array_map($http->wait(...), [$first, ...$others]);
        all_acknowledged($answers);
        equal(4, count(array_unique(array_map(fn(Answer $answer) => $answer->cookie, $answers))), 'different ids');
        foreach ($answers as $i => $answer) {
            $jar->id = $answer->cookie;
            equal(['user' => 'alice'], session($jar, "{$lock}_b"), "the session of cookie $i");
        }
    });

    test("$lock: a request that waits behind a sign-out finds an empty session, stores nothing, and gets no cookie", function () use ($http, $admin, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:user:alice');
        $page = hold($http, $jar, $lock, $gate = new_gate(), "start,gate:$gate,destroy,forget");
        [$poll, $writer] = queue($http, $jar, $admin, $lock, [['b', 'start'], ['b', 'start,set:user:alice']]);
        open_gate($gate);
        all_acknowledged([$http->wait($page), $http->wait($poll)]);
        equal([[], null], [$poll->value('data'), $poll->cookie], 'what the poll saw, and the cookie that it got');
        equal(500, $http->wait($writer)->status, 'the status of the writer');
        ensure(str_contains($writer->value('reason'), GIVEN_UP), "its warning: {$writer->value('reason')}");
        equal([null, null], [$writer->cookie, $jar->id], "the writer's cookie, and the browser's");
    });
}

test('merge: what a request at work has stored by the time of a sign-in goes along, what it stores later is refused, and nobody gets a cookie', function () use ($http): void {
    $jar = new Jar($http);
    $jar->get('merge_a', 'start,set:cart:full');
    $old = clone $jar;
    // Each has read the session before the sign-in.
    [$early, $late, $poll] = array_map(fn(string $steps) => hold_at($http, $old, 'merge_b', $steps), ['set:list:mine', 'set:list:late', 'sleep:0']);
    $page = hold($http, $jar, 'merge', $gate = new_gate(), "start,gate:$gate,regenerate,set:user:alice");
    open_gate($early[1]);
    all_acknowledged([$http->wait($early[0])]);
    open_gate($gate);
    all_acknowledged([$http->wait($page)]);
    array_map(open_gate(...), [$late[1], $poll[1]]);
    all_acknowledged([$http->wait($poll[0])]);
    equal(500, $http->wait($late[0])->status, 'the status of the late one');
    ensure(str_contains($late[0]->value('reason'), GIVEN_UP), "its warning: {$late[0]->value('reason')}");
    equal([null, null, null], [$early[0]->cookie, $late[0]->cookie, $poll[0]->cookie], 'the cookies that they got');
    equal(['cart' => 'full', 'list' => 'mine', 'user' => 'alice'], sorted(session($jar, 'merge_b')), 'the session');
});

test('merge: four requests at once that all regenerate the id have what a fifth one stores, whichever cookie the browser keeps', function () use ($http): void {
    $jar = new Jar($http);
    $jar->get('merge_a', 'start,set:user:alice');
    $old = clone $jar;
    $pages = array_map(fn(string $server) => hold_at($http, clone $old, "merge_$server", 'regenerate'), ['a', 'b', 'a', 'b']);
    $jar->get('merge_b', 'start,set:cart:full');
    foreach ($pages as [$page, $gate]) {
        open_gate($gate);
        all_acknowledged([$http->wait($page)]);
    }
    foreach ($pages as $i => [$page]) {
        $jar->id = $page->cookie;
        equal(['cart' => 'full', 'user' => 'alice'], sorted(session($jar, 'merge_a')), "the session of cookie $i");
    }
});

test('merge: a sign-in from the first page takes along what the browser has put into the cart meanwhile', function () use ($http): void {
    $jar = new Jar($http);
    $jar->get('merge_a', 'start');
    $old = clone $jar;
    $page = hold($http, $jar, 'merge', $gate = new_gate(), "start,gate:$gate,regenerate,set:user:alice");
    $old->get('merge_b', 'start,set:cart:full');
    open_gate($gate);
    all_acknowledged([$http->wait($page)]);
    equal(['cart' => 'full', 'user' => 'alice'], sorted(session($jar, 'merge_b')), 'the session');
    equal([], session($old, 'merge_a'), 'what the old id shows');
});

test('merge: who is at work during a sign-out stores nothing, under this id or another, and gets no cookie of a session', function () use ($http, $admin): void {
    $jar = new Jar($http);
    $jar->get('merge_a', 'start,set:user:alice');
    $old = clone $jar;
    [$writer, $other, $poll] = array_map(fn(string $steps) => hold_at($http, clone $old, 'merge_b', $steps), ['set:cart:full', 'regenerate', 'sleep:0']);
    $before = sessions($admin, 'ids_merge');
    $jar->get('merge_a', 'start,destroy,forget');
    array_map(open_gate(...), [$writer[1], $other[1], $poll[1]]);
    all_acknowledged([$http->wait($poll[0])]);
    foreach ([$writer[0], $other[0]] as $request) {
        equal(500, $http->wait($request)->status, 'the status of one that goes on');
        ensure(str_contains($request->value('reason'), 'destroyed meanwhile'), "its warning: {$request->value('reason')}");
        ensure(!str_contains($request->value('reason'), $old->id), 'the warning shows the session id');
    }
    equal([null, null], [$writer[0]->cookie, $poll[0]->cookie], 'the cookies that they got');
    equal(1, $before - sessions($admin, 'ids_merge'), 'sessions that have ended');
    $jar->id = $other[0]->cookie ?? $old->id;
    equal([], $jar->get('merge_a', 'start')->value('data'), 'the data of the cookie that the last one got, if it got one');
});

foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    test("$lock: a late request with the old id finds an empty session, stores nothing, and gets no cookie", function () use ($http, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:cart:full');
        $late = clone $jar;
        $jar->get("{$lock}_a", 'start,regenerate,set:user:alice');
        equal([], session($late, "{$lock}_b"), 'what it saw');
        $writer = $http->wait($late->send("{$lock}_b", 'start,set:cart:empty'));
        equal([500, null], [$writer->status, $writer->cookie], 'the status of one that stores, and its cookie');
        ensure(str_contains($writer->value('reason'), GIVEN_UP), "its warning: {$writer->value('reason')}");
        equal([], session($late, "{$lock}_a"), 'what the next one saw');
        equal(['cart' => 'full', 'user' => 'alice'], session($jar, "{$lock}_b"), 'the session');
    });

    test("$lock: five requests at once after an empty page keep its one cookie, and what one of them stores", function () use ($http, $lock): void {
        $jar = new Jar($http);
        $page = $jar->get("{$lock}_a", 'start');
        $answers = [];
        foreach (['start,sleep:100', 'start,set:cart:full', 'start', 'read', 'start,close,start'] as $i => $steps) {
            $answers[] = $jar->send("{$lock}_" . ($i % 2 ? 'a' : 'b'), $steps);
        }
        all_acknowledged(array_map($http->wait(...), $answers));
        foreach ($answers as $i => $answer) {
            // PHP sends the id again where a session is started a second time.
            equal([$page->cookie, $page->cookie], [$answer->value('id'), $answer->cookie ?? $page->cookie], "the id of request $i, and the cookie");
        }
        equal(['cart' => 'full'], session($jar, "{$lock}_b"), 'the session');
    });

    test("$lock: a slow request that only reads, and one that fills the cart meanwhile: the cart stays", function () use ($http, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start');
        // It holds the session, if anybody does; else it is done last.
        $reader = hold($http, $jar, $lock, $gate = new_gate(), "start,gate:$gate");
        $writer = send_and_arrive($http, $jar, "{$lock}_b", 'start,set:cart:full');
        if (in_array($lock, ['merge', 'none'], true)) {
            $http->wait($writer);
        }
        open_gate($gate);
        all_acknowledged([$http->wait($reader), $http->wait($writer)]);
        equal([null, null], [$reader->cookie, $writer->cookie], 'the cookies that they got');
        equal(['cart' => 'full'], session($jar, "{$lock}_a"), 'the session');
    });

    test("$lock: an id of a stranger is replaced, whether it looks like PHP's or not, and a changed one of ours, too", function () use ($http, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start');
        $changed = $jar->id;
        $changed[5] = $changed[5] === '0' ? '1' : '0';
        foreach ([bin2hex(random_bytes(16)), 'planted-by-a-stranger', $changed, str_repeat('a', 64)] as $id) {
            $jar->id = $id;
            $answer = $jar->get("{$lock}_b", 'start,set:user:alice');
            ensure($answer->value('id') !== $id && $answer->cookie === $answer->value('id'), "the id $id was taken");
            $jar->id = $id;
            equal([], $jar->get("{$lock}_a", 'start')->value('data'), "the session of $id");
        }
    });

    test("$lock: the id of a destroyed session is not taken again", function () use ($http, $lock): void {
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start,set:user:alice');
        $old = $jar->id;
        $jar->get("{$lock}_b", 'start,destroy');
        foreach (['a', 'b'] as $server) {
            $jar->id = $old;
            $answer = $jar->get("{$lock}_$server", 'start,set:user:mallory');
            ensure($answer->value('id') !== $old && $answer->cookie !== null, "server $server has taken it");
            equal([], $answer->value('data'), 'what it saw');
        }
        // Nor that of a session which never had a row.
        $jar = new Jar($http);
        $jar->get("{$lock}_a", 'start');
        $old = $jar->id;
        $jar->get("{$lock}_b", 'start,destroy');
        ensure($jar->get("{$lock}_a", 'start')->value('id') !== $old, 'the id of an empty session that was destroyed has been taken');
    });

    test("$lock: 500 visitors whose sessions stay empty leave no session, also where they come again", function () use ($http, $admin, $lock): void {
        $before = sessions($admin, "ids_$lock");
        $path = fn(int $i): string => "/{$lock}_" . ($i % 2 ? 'a' : 'b') . '/steps.php?do=start';
        $first = $http->all(array_map(fn(int $i) => [$path($i), null], range(1, 500)), 10);
        all_acknowledged($first);
        $ids = array_map(fn(Answer $answer) => $answer->cookie, $first);
        equal(500, count(array_unique($ids)), 'different ids');
        $again = $http->all(array_map(fn(int $i) => [$path($i + 1), $ids[$i]], range(0, 499)), 10);
        all_acknowledged($again);
        equal([], array_filter(array_map(fn(Answer $answer) => $answer->cookie, $again)), 'cookies of the second visit');
        equal($before, sessions($admin, "ids_$lock"), 'sessions');
    });
}

test('the clock of a third server is 14 minutes ahead', function () use ($http, $faketime): void {
    if ($faketime === null) {
        throw new Skipped('libfaketime is not installed: bin/setup test');
    }
    $clock = $http->get('/row_ahead/steps.php?do=start')->value('time');
    ensure(abs($clock - time() - 840) < 60, 'it differs by ' . $clock - time() . ' seconds');
});

test('an id of this server is known to the others, and theirs to it', function () use ($http, $faketime): void {
    if ($faketime === null) {
        throw new Skipped('libfaketime is not installed: bin/setup test');
    }
    foreach ([['row_a', 'row_ahead'], ['row_ahead', 'row_b']] as [$one, $other]) {
        $jar = new Jar($http);
        $page = $jar->get($one, 'start');
        $answers = array_map(fn() => $jar->send($other, 'start'), range(1, 3));
        all_acknowledged(array_map($http->wait(...), $answers));
        foreach ($answers as $answer) {
            equal([$page->cookie, null], [$answer->value('id'), $answer->cookie], "an id of $one on $other, and the cookie that it gets");
        }
        $jar->get($other, 'start,set:cart:full');
        equal(['cart' => 'full'], session($jar, $one), 'the session');
    }
});

no_worker_crashed();
