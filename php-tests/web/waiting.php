#!/usr/bin/env php
<?php
// What requests meet that overlap with a sign-in, a sign-out or a first visit, with rustdb and with other save handlers, on two web
// servers: the tables of docs/waiting.md. As a test it checks that these say what it has measured of rustdb and of `files`; with
// RUSTDB_WAITING_WRITE=1, which php-tests/run waiting sets, it measures phpredis as well, and writes them.
//
// Where it matters whose answer comes last, it is that of the request which waited, as it mostly is.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/jar.php';
require __DIR__ . '/scene.php';

const HANDLERS = [
    'files' => '`files`',
    'redis' => 'phpredis with locks',
    'row' => 'rustdb, `row`',
    'lease' => 'rustdb, `lease`',
    'merge' => 'rustdb, `merge`',
    'none' => 'rustdb, `none`',
];
const DOCUMENT = __DIR__ . '/../../docs/waiting.md';
const BEGIN = '<!-- The tables below are made by php-tests/run waiting. -->';

/** What a request meets that waits behind one on the other server: of what $before makes a session, and $ending does to it. */
function behind(Scene $scene, string $before, string $ending): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', "start,$before");
    $old = $jar->id;
    $holder = $scene->hold($jar, $gate = new_gate(), "start,gate:$gate,$ending");
    $waiter = $scene->wait($jar, 'b', 'start');
    $scene->finish($holder, $waiter);
    all_acknowledged([$holder]);
    return met($scene, $old, [$holder, $waiter]);
}

/** What becomes of what a request stores that waits behind a sign-in. */
function storing(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start,set:cart:full');
    $old = clone $jar;
    $holder = $scene->hold($jar, $gate = new_gate(), "start,gate:$gate,regenerate,set:user:alice");
    $waiter = $scene->wait($jar, 'b', 'start,set:cart:changed');
    $scene->finish($holder, $waiter);
    all_acknowledged([$holder]);
    return [change($scene, $waiter, $old, $holder->cookie), $scene->is_signed_in($waiter->cookie ?? $holder->cookie) ? 'signed in' : 'signed out'];
}

/** What becomes of what a request stores that has begun before another one signs the browser in. */
function at_work(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start,set:cart:full');
    $old = clone $jar;
    $worker = $scene->hold($jar, $gate = new_gate(), "start,gate:$gate,set:cart:changed");
    $sign_in = $scene->wait($jar, 'b', 'start,regenerate,set:user:alice');
    $scene->finish($worker, $sign_in);
    all_acknowledged([$sign_in]);
    return [change($scene, $worker, $old, $sign_in->cookie), $scene->is_signed_in($sign_in->cookie) ? 'signed in' : 'signed out'];
}

/** The same with one that signs it out: what is left of the session, too. */
function at_work_signed_out(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start,set:user:alice');
    $old = clone $jar;
    $worker = $scene->hold($jar, $gate = new_gate(), "start,gate:$gate,set:cart:changed");
    $sign_out = $scene->wait($jar, 'b', 'start,destroy');
    $scene->finish($worker, $sign_out);
    all_acknowledged([$sign_out]);
    $left = $scene->visit($old, 'a', 'start')->value('data');
    return [
        $worker->status === 500 ? 'refused with a warning' : (isset($left['cart']) ? 'kept' : 'gone with the session'),
        isset($left['user']) ? 'signed in' : 'signed out',
    ];
}

/** What has become of the cart that a request has changed, under the old id or the new one. */
function change(Scene $scene, Answer $answer, Jar $old, string $new): string
{
    if ($answer->status === 500) {
        return 'refused with a warning';
    }
    $jar = $scene->jar();
    $jar->id = $new;
    foreach (['in the new session' => $jar, 'under the old id' => $old] as $where => $owner) {
        if (($scene->visit($owner, 'a', 'start')->value('data')['cart'] ?? '') === 'changed') {
            return "kept $where";
        }
    }
    return 'lost';
}

/** What a request finds that follows a redirect, or a link, before the first page has stored the session. */
function redirected(Scene $scene): array
{
    $jar = $scene->jar();
    $page = $scene->hold($jar, $gate = new_gate(), "start,set:user:alice,flush,gate:$gate");
    $scene->cookie($jar);
    $old = $jar->id;
    $next = $scene->wait($jar, 'b', 'start');
    $scene->finish($page, $next);
    return met($scene, $old, [$page, $next], 'with the user');
}

/** What a request meets that brings an id from before a sign-in. */
function late(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start,set:cart:full');
    $old = $jar->id;
    $sign_in = $scene->visit($jar, 'a', 'start,regenerate,set:user:alice');
    $jar->id = $old;
    $late = $scene->visit($jar, 'b', 'start');
    return met($scene, $old, [$sign_in, $late]);
}

/** How the last of these answers, to a request with the id $old, is told; cookies come in this order. */
function met(Scene $scene, string $old, array $answers, string $full = 'as before'): array
{
    $last = end($answers);
    $jar = $scene->jar();
    $jar->id = $old;
    foreach ($answers as $answer) {
        if ($answer->cookie !== null) {
            $jar->take($answer->cookie);
        }
    }
    return [
        $last->value('id') === $old ? 'the same' : 'another',
        ($last->value('data') === [] ? 'empty' : $full) . ($last->status === 200 ? '' : ', a warning'),
        $last->cookie === null ? 'none' : 'another id',
        $scene->is_signed_in($jar->id) ? 'signed in' : 'signed out',
    ];
}

/** Five requests at once of a browser whose first page has stored nothing; one of them stores something. */
function first_requests(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start');
    $old = $jar->id;
    $answers = [];
    foreach (['set:cart:full', 'sleep:0', 'sleep:0', 'sleep:0', 'sleep:0'] as $i => $step) {
        $answers[] = $scene->send($jar, $i % 2 ? 'a' : 'b', "start,$step");
    }
    $scene->finish(...$answers);
    all_acknowledged($answers);
    $same = count(array_filter($answers, fn(Answer $answer) => $answer->value('id') === $old));
    $cookies = count(array_filter($answers, fn(Answer $answer) => $answer->cookie !== null));
    $jar->id = end($answers)->cookie ?? $old;
    $cart = isset($scene->visit($jar, 'a', 'start')->value('data')['cart']);
    return [$same === 5 ? 'the same' : 'another in ' . 5 - $same . ' of 5', $cookies === 0 ? 'none' : "$cookies", $cart ? 'kept' : 'lost'];
}

/** Four requests at once of a signed-in browser, each of which regenerates the id. */
function regenerate_always(Scene $scene): array
{
    $jar = $scene->jar();
    $scene->visit($jar, 'a', 'start,set:user:alice');
    $answers = [$scene->hold($jar, $gate = new_gate(), "start,gate:$gate,regenerate")];
    foreach (['b', 'a', 'b'] as $i => $server) {
        $gate = new_gate();
        $answers[] = $scene->wait($jar, $server, "start,gate:$gate,regenerate", before: $i, gate: $gate);
    }
    $scene->finish(...$answers);
    $seen = count(array_filter($answers, fn(Answer $answer) => isset($answer->value('data')['user'])));
    $good = count(array_filter($answers, fn(Answer $answer) => $scene->is_signed_in($answer->cookie)));
    $bad = count(array_filter($answers, fn(Answer $answer) => $answer->status !== 200));
    return ["$seen of 4" . ($bad === 0 ? '' : ", $bad with a warning"), "$good of 4"];
}

/** A row's cells. phpredis frees the lock before it deletes a session, and another request may read it in between: it is asked often. */
function measured(callable $measure, Scene $scene): array
{
    $rows = array_map(fn() => $measure($scene), range(1, $scene->handler === 'redis' ? 40 : 1));
    return array_map(function (int $column) use ($rows): string {
        $values = array_unique(array_column($rows, $column));
        sort($values);
        return implode(' or ', $values);
    }, array_keys($rows[0]));
}

$columns = ['its id', 'its data', 'a cookie', 'the browser afterwards'];
$situations = [
    'Waiting behind a sign-in' => [
        'Page A signs in: `session_regenerate_id(true)`, then it stores the user. Request B has the same cookie and waits for A on the other server.',
        $columns,
        fn(Scene $scene) => behind($scene, 'set:cart:full', 'regenerate,set:user:alice'),
    ],
    'Waiting behind a sign-in, and storing something' => [
        'The same, and request B stores something in the session.',
        ['its change is', 'the browser afterwards'],
        storing(...),
    ],
    'At work while the browser signs in, and storing something' => [
        'Request B works on server a. Page A signs in on the other one; it waits for B, where requests wait for each other. Then B stores something.',
        ['its change is', 'the browser afterwards'],
        at_work(...),
    ],
    'Waiting behind a sign-out' => [
        'Page A calls `session_destroy()` in the session of a signed-in browser. Request B waits for it.',
        $columns,
        fn(Scene $scene) => behind($scene, 'set:user:alice', 'destroy'),
    ],
    'At work while the browser signs out, and storing something' => [
        'Request B works on server a, and page A on the other one calls `session_destroy()`. Then B stores something.',
        ['its change is', 'the browser afterwards'],
        at_work_signed_out(...),
    ],
    'Waiting behind `session_regenerate_id(false)`' => [
        'As the first, but page A keeps the old session: `session_regenerate_id(false)`, then it stores the user in the new one.',
        $columns,
        fn(Scene $scene) => behind($scene, 'set:cart:full', 'keep,set:user:alice'),
    ],
    'A late request with the old id' => [
        'The sign-in of the first situation is over. A request that the browser sent before it had the new cookie comes in.',
        $columns,
        late(...),
    ],
    'Five first requests after an empty page' => [
        'The browser has a cookie from a page that stored nothing. Five requests come in at once, and one of them puts something into the cart; its answer is the first.',
        ['their ids', 'cookies', 'the cart afterwards'],
        first_requests(...),
    ],
    'Ahead of the page that makes the session' => [
        'The first page of a browser stores the user, sends what it has, with the cookie, and works on. Request B comes with that cookie, as after a redirect.',
        $columns,
        redirected(...),
    ],
    '`session_regenerate_id(true)` in every request' => [
        'Four requests of a signed-in browser at once: the first holds the session, the others wait for it.',
        ['see the data as before', 'are signed in with their cookies'],
        regenerate_always(...),
    ],
];

/** Sends a command to the test's Redis and returns its answer. */
function redis(string $command): string
{
    static $socket = null;
    $socket ??= stream_socket_client('unix://' . folder() . '/redis.sock');
    fwrite($socket, "$command\r\n");
    $length = (int) substr(fgets($socket), 1);
    return stream_get_contents($socket, $length + 2);
}

// ---- the servers -------------------------------------------------------------------------------

$extensions = trim((string) shell_exec(escapeshellarg(setting('PHP_CONFIG')) . ' --extension-dir'));
$writes = getenv('RUSTDB_WAITING_WRITE') === '1';
// Debian's redis.so calls the two others, where it was built with them.
$needed = $writes ? array_map(fn(string $name) => "$extensions/$name.so", ['igbinary', 'msgpack', 'redis']) : [];
$handlers = $writes ? HANDLERS : array_diff_key(HANDLERS, ['redis' => 0]);

$pools = ['files' => ['session.save_handler' => 'files', 'session.save_path' => folder() . '/files']];
mkdir(folder() . '/files');
if ($writes) {
    $redis = new Program('redis', [
        'redis-server', '--port', '0', '--unixsocket', folder() . '/redis.sock', '--save', '', '--appendonly', 'no', '--dir', folder(),
    ]);
    wait_listening($redis, 'unix:' . folder() . '/redis.sock');
    $pools['redis'] = [
        'session.save_handler' => 'redis',
        'session.save_path' => 'unix://' . folder() . '/redis.sock?persistent=1',
        'redis.session.locking_enabled' => '1',
        'redis.session.lock_retries' => '-1',
        'redis.session.lock_expire' => '30',
    ];
}
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    // A table each, since a lease is no row lock.
    $pools[$lock] = rustdb_settings(['rustdb.lock' => $lock, 'rustdb.table' => "waiting_$lock"]);
}
Teardown::add(function (): void {
    foreach (column(admin(), "SHOW TABLES LIKE 'waiting\\_%'") as $table) {
        admin()->query("DROP TABLE $table");
    }
});
$masters = [];
foreach (['a', 'b'] as $server) {
    $named = array_combine(array_map(fn(string $pool) => "{$pool}_$server", array_keys($pools)), $pools);
    $ini = ['extension' => array_filter($needed, is_file(...)), 'session.gc_probability' => '0'];
    $masters[] = fpm($server, $ini, $named, 4);
}
$http = nginx(...array_merge(...array_map(fn(string $pool) => ["{$pool}_a", "{$pool}_b"], array_keys($pools))));
$admin = admin();

// ---- measuring ---------------------------------------------------------------------------------

$told = $writes ? '' : (string) @file_get_contents(DOCUMENT);
$text = '';
foreach ($situations as $title => [$what, $heads, $measure]) {
    $text .= "\n## $title\n\n$what\n\n| | strict mode | " . implode(' | ', $heads) . " |\n|---|---|" . str_repeat('---|', count($heads)) . "\n";
    // The section's part of the document, up to the next heading.
    $section = strstr($told, "\n## $title\n");
    $section = $section === false ? '' : "\n" . explode("\n## ", $section)[1];
    foreach ($handlers as $handler => $label) {
        test("$title: docs/waiting.md tells what $handler does", function () use (
            &$text, $http, $admin, $masters, $handler, $label, $measure, $writes, $section,
        ): void {
            [$on, $off] = array_map(
                fn(bool $strict) => implode(' | ', measured($measure, new Scene($http, $admin, $masters, $handler, $strict))),
                [true, false],
            );
            $rows = $on === $off ? "| $label | on, off | $on |\n" : "| $label | on | $on |\n| $label | off | $off |\n";
            $text .= $rows;
            preg_match_all('/^\| ' . preg_quote($label, '/') . ' \|.*\n/m', $section, $lines);
            if (!$writes) {
                equal($rows, implode('', $lines[0]), 'what was measured, and what the document says');
            }
        });
    }
}
if ($writes && !Teardown::$failed) {
    test('docs/waiting.md is written', function () use ($text): void {
        $document = file_get_contents(DOCUMENT);
        $hand = strstr($document, BEGIN, true);
        ensure($hand !== false, 'there is no line ' . BEGIN);
        file_put_contents(DOCUMENT, $hand . BEGIN . "\n" . $text);
    });
}

no_worker_crashed();
