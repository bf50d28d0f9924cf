#!/usr/bin/env php
<?php
// A site turns rustdb.lock from row to merge while it runs: for a while some of its workers lock, others merge, and some have an older rustdb
// that knows no merge. Nothing is lost between those that lock and those that merge, and who works without locks meanwhile undoes nothing as
// long as he changes nothing.
//
// RUSTDB_TEST_OLDER_SO: the library of that older version (default: this one, which stands in for it).

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/jar.php';

const KEYS = 300;
const GIVEN_UP = 'another request has given the session another id or ended it';

Teardown::add(function (): void {
    foreach (column(admin(), "SHOW TABLES LIKE 'rolling%'") as $table) {
        admin()->query("DROP TABLE $table");
    }
});

/** A master with a pool of its name for each lock mode. */
function master(string $name, string $library, string ...$modes): Program
{
    $own = setting('RUSTDB_SO');
    putenv("RUSTDB_SO=$library");
    $pools = [];
    foreach ($modes as $mode) {
        $pools["{$mode}_$name"] = ['rustdb.lock' => $mode];
    }
    $master = fpm($name, rustdb_settings(['rustdb.table' => 'rolling', 'session.use_strict_mode' => '1']), $pools, 6, ['process_control_timeout' => '15s']);
    putenv("RUSTDB_SO=$own");
    return $master;
}

$older = getenv('RUSTDB_TEST_OLDER_SO') ?: setting('RUSTDB_SO');
// The old one makes the table.
master('old', $older, 'row', 'none');
master('new', setting('RUSTDB_SO'), 'row', 'merge');
$turned = master('turned', $older, 'row');
$http = nginx('row_old', 'none_old', 'row_new', 'merge_new', 'row_turned');

function visitor(Http $http): Jar
{
    $jar = new Jar($http);
    $jar->get('row_old', 'start,set:base:1');
    return $jar;
}

/** Lets it go on; its answer. */
function go_on(Http $http, array $held): Answer
{
    open_gate($held[1]);
    return $http->wait($held[0]);
}

/** The data of a session, which all pools have to see alike, without `base`. */
function seen(Http $http, Jar $jar): array
{
    $all = [];
    foreach (['row_old', 'none_old', 'row_new', 'merge_new'] as $pool) {
        $data = $jar->get($pool, 'start')->value('data');
        equal('1', $data['base'] ?? null, "what $pool sees of the beginning");
        unset($data['base']);
        ksort($data);
        $all[$pool] = $data;
    }
    equal(1, count(array_unique($all, SORT_REGULAR)), 'different views of the session: ' . json_encode($all));
    return $all['row_old'];
}

/** Sends requests for one session in turn to pools, each of which leaves a key of its own; returns the keys that are missing and those too many. */
function leave_keys(Http $http, Jar $jar, callable $pool): array
{
    $requests = (function () use ($jar, $pool): Generator {
        for ($i = 0; $i < KEYS; $i++) {
            $name = $pool($i);
            // Who does not lock here only looks.
            yield ["/$name/keys.php?most=5000" . ($name === 'none_old' ? '' : "&leave=_$i"), $jar->id];
        }
    })();
    $answers = $http->all($requests, 12);
    all_acknowledged($answers);
    $sent = [];
    foreach ($answers as $answer) {
        parse_str(parse_url($answer->path, PHP_URL_QUERY), $query);
        $sent[] = $query['leave'] ?? null;
    }
    $sent = array_values(array_filter($sent));
    $found = $http->get('/row_old/keys.php', $jar->id)->value('keys');
    return [array_values(array_diff($sent, $found)), array_values(array_diff($found, $sent))];
}

test('300 requests of one session, some of which lock and others merge, beside those of an older version that only look without locks: no key is lost', function () use ($http): void {
    $pools = ['row_old', 'merge_new', 'none_old', 'row_new', 'merge_new'];
    equal([[], []], leave_keys($http, visitor($http), fn(int $i): string => $pools[array_rand($pools)]), 'keys missing, and keys too many');
});

test('a master is reloaded with the new version and merge under load, and no key is lost', function () use ($http, $turned): void {
    // The pool keeps its name and its socket, as on a real site.
    $config = folder() . '/turned.fpm.conf';
    $ini = folder() . '/turned.ini';
    $before = children_of($turned->pid);
    $lost = leave_keys($http, visitor($http), function (int $i) use ($config, $ini, $turned): string {
        if ($i === KEYS / 3) {
            file_put_contents($config, str_replace('[rustdb.lock]="row"', '[rustdb.lock]="merge"', file_get_contents($config), $replaced));
            equal(1, $replaced, 'pools that merge now');
            file_put_contents($ini, preg_replace('/^extension=.*/m', 'extension="' . setting('RUSTDB_SO') . '"', file_get_contents($ini)));
            $turned->signal(SIGUSR2);
        }
        // While the master comes up again the sockets of its pools stay open.
        return ['row_turned', 'row_new', 'row_turned', 'merge_new'][$i % 4];
    });
    equal([[], []], $lost, 'keys missing, and keys too many');
    equal([], array_intersect($before, children_of($turned->pid)), 'workers that have stayed');
    $mode = $http->get('/row_turned/tabs.php');
    equal(['merge', 200], [$mode->value('lock'), $mode->status], 'the lock mode of the pool now');
});

test('who merges finds a lock, does not wait for it to read, and both changes are kept', function () use ($http): void {
    foreach (['row_old', 'row_new'] as $pool) {
        $jar = visitor($http);
        $locks = hold_at($http, $jar, $pool, 'set:a:locked');
        $merges = hold_at($http, $jar, 'merge_new', 'set:b:merged');
        // It is done as soon as the lock is free.
        open_gate($merges[1]);
        all_acknowledged([go_on($http, $locks), $http->wait($merges[0])]);
        equal(['a' => 'locked', 'b' => 'merged'], seen($http, $jar), "what is stored beside $pool");
        $jar = visitor($http);
        $merges = hold_at($http, $jar, 'merge_new', 'set:b:merged');
        all_acknowledged([$jar->get($pool, 'start,set:a:locked'), go_on($http, $merges)]);
        equal(['a' => 'locked', 'b' => 'merged'], seen($http, $jar), "what is stored after $pool");
    }
});

test('what an older version has written without locks is merged like any other', function () use ($http): void {
    $jar = visitor($http);
    $merges = hold_at($http, $jar, 'merge_new', 'set:b:merged');
    all_acknowledged([$jar->get('none_old', 'start,set:c:careless'), go_on($http, $merges)]);
    equal(['b' => 'merged', 'c' => 'careless'], seen($http, $jar), 'what is stored');
});

foreach (['row_old', 'none_old', 'row_new'] as $pool) {
    test("a sign-in or a sign-out on $pool ends the session for who merges, and nobody brings it back", function () use ($http, $pool): void {
        foreach (['regenerate,set:user:alice' => GIVEN_UP, 'destroy,forget' => 'meanwhile'] as $ending => $why) {
            $jar = visitor($http);
            $old = clone $jar;
            $merges = hold_at($http, $old, 'merge_new', 'set:b:merged');
            $jar->get($pool, "start,$ending");
            $late = go_on($http, $merges);
            equal([500, null], [$late->status, $late->cookie], 'the status of who merges, and the cookie that it gets');
            ensure(str_contains($late->value('reason'), $why), "its warning: {$late->value('reason')}");
            foreach (['row_old', 'merge_new'] as $other) {
                $thief = new Jar($http);
                $thief->id = $merges[0]->sid;
                equal([], $thief->get($other, 'start')->value('data'), "what $other finds under the old id");
            }
            if ($jar->id !== null) {
                equal(['user' => 'alice'], seen($http, $jar), 'the session of who signed in');
            }
        }
    });

    test("a sign-in that merges takes along what $pool has stored meanwhile, and ends the session for it", function () use ($http, $pool): void {
        $jar = visitor($http);
        $old = clone $jar;
        $page = hold_at($http, $jar, 'merge_new', 'regenerate,set:user:alice');
        $old->get($pool, 'start,set:cart:full');
        all_acknowledged([go_on($http, $page)]);
        $late = $http->wait($old->send($pool, 'start,set:cart:empty'));
        equal([500, null], [$late->status, $late->cookie], 'the status of a late request, and the cookie that it gets');
        equal(['cart' => 'full', 'user' => 'alice'], seen($http, $jar), 'the session');
    });
}

no_worker_crashed();
