#!/usr/bin/env php
<?php
// The demo (examples/demo): starts it as `make demo` does, drives it over HTTP as its page would, and ends it by Ctrl-C.

declare(strict_types=1);

require __DIR__ . '/lib.php';

/** An answer of the demo: its lines as they arrive, and the rest when it is done. */
final class Reply
{
    public bool $done = false;
    public int $status = 0;
    public string $headers = '';
    public string $body = '';

    /** @return list<array> the whole lines that have arrived so far */
    public function lines(): array
    {
        $whole = substr($this->body, 0, (int) strrpos("\n$this->body", "\n"));
        return array_map(fn(string $line) => json_decode($line, true, flags: JSON_THROW_ON_ERROR), array_filter(explode("\n", $whole)));
    }

    public function result(): array
    {
        equal(200, $this->status, "status of the answer $this->body");
        $lines = $this->lines();
        return end($lines);
    }
}

/** A browser as far as the demo needs one: the session cookie, which both servers share, and several requests at once. */
final class Visitor
{
    public ?string $cookie = null;
    private CurlMultiHandle $multi;
    /** @var array<int, Reply> */
    private array $running = [];

    /** @param array<string, string> $urls the two servers' addresses */
    public function __construct(private readonly array $urls)
    {
        $this->multi = curl_multi_init();
    }

    /** Posts an action as the page of server A does. */
    public function start(string $server, string $action, ?string $origin = null, array $fields = []): Reply
    {
        $origin ??= $this->urls['A'];
        return $this->send("{$this->urls[$server]}/action.php", [
            CURLOPT_POSTFIELDS => http_build_query(['action' => $action] + $fields),
            CURLOPT_HTTPHEADER => $origin === '' ? [] : ["Origin: $origin"],
        ]);
    }

    public function act(string $server, string $action): array
    {
        return $this->wait($this->start($server, $action))->result();
    }

    public function get(string $server, string $path): Reply
    {
        return $this->wait($this->send($this->urls[$server] . $path, []));
    }

    public function wait(Reply $reply): Reply
    {
        $this->until(fn() => $reply->done, 'the answer has arrived');
        return $reply;
    }

    public function until(callable $condition, string $what): void
    {
        wait_until(function () use ($condition): bool {
            $this->pump();
            return $condition();
        }, 30, $what);
    }

    private function send(string $url, array $options): Reply
    {
        $reply = new Reply();
        $curl = curl_init($url);
        curl_setopt_array($curl, $options + [
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_COOKIE => $this->cookie === null ? '' : "rustdb_demo=$this->cookie",
            CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line) use ($reply): int {
                $reply->headers .= $line;
                if (preg_match('/^Set-Cookie: rustdb_demo=([^;\s]*)/i', $line, $match)) {
                    $this->cookie = in_array($match[1], ['', 'deleted'], true) ? null : $match[1];
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => function (CurlHandle $curl, string $part) use ($reply): int {
                $reply->body .= $part;
                return strlen($part);
            },
        ]);
        curl_multi_add_handle($this->multi, $curl);
        $this->running[spl_object_id($curl)] = $reply;
        $this->pump();
        return $reply;
    }

    private function pump(): void
    {
        curl_multi_exec($this->multi, $active);
        while ($message = curl_multi_info_read($this->multi)) {
            $curl = $message['handle'];
            $reply = $this->running[spl_object_id($curl)];
            $reply->status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
            $reply->done = true;
            curl_multi_remove_handle($this->multi, $curl);
            unset($this->running[spl_object_id($curl)]);
        }
    }
}

/** The most requests that worked at the same moment. @param list<array{started: float, worked: float}> $requests */
function most_at_once(array $requests): int
{
    return max(array_map(
        fn(array $one) => count(array_filter($requests, fn(array $other) => $other['started'] <= $one['started'] && $one['started'] < $other['worked'])),
        $requests,
    ));
}

/** Ten requests at once as the button sends them, five to each server; their results. @return list<array> */
function ten_at_once(Visitor $visitor, string $lock): array
{
    $visitor->act('A', 'before_ten');
    equal(0, $visitor->act('B', 'read')['kept'], "keys before the ten under $lock");
    $replies = array_map(
        fn(int $number) => $visitor->start($number % 2 ? 'A' : 'B', 'one_of_ten', fields: ['lock' => $lock, 'number' => $number]),
        range(1, 10),
    );
    $results = array_map(fn(Reply $reply) => $visitor->wait($reply)->result(), $replies);
    equal([$lock], array_values(array_unique(array_column($results, 'lock'))), 'the mode that they say');
    foreach ($results as $one) {
        $order = [$one['began'], $one['started'], $one['worked'], $one['done']];
        $sorted = $order;
        sort($sorted);
        equal($sorted, $order, 'the times of a request');
        ensure($one['worked'] - $one['started'] >= 100, 'a request worked less than 100 ms');
    }
    return $results;
}

/** The processes of the demo: they all have its TMPDIR in their environment. @return array<int, string> command lines by pid */
function demo_processes(): array
{
    $found = [];
    foreach (glob('/proc/[0-9]*/environ') as $file) {
        if (str_contains((string) @file_get_contents($file), 'TMPDIR=' . folder())) {
            $found[(int) explode('/', $file)[2]] = strtr((string) @file_get_contents(dirname($file) . '/cmdline'), "\0", ' ');
        }
    }
    return $found;
}

$urls = ['A' => 'http://127.0.0.1:' . free_port(), 'B' => 'http://127.0.0.1:' . free_port()];
// With MariaDB the demo brings its own server, as for a visitor; MySQL is the suite's, over TCP.
$own_database = setting('RUSTDB_TEST_FLAVOR') === 'mariadb';
$demo = new Program('demo', [dirname(__DIR__, 2) . '/examples/demo/run'], [
    'TMPDIR' => folder(),
    'RUSTDB_DEMO_PORT_A' => substr($urls['A'], 17),
    'RUSTDB_DEMO_PORT_B' => substr($urls['B'], 17),
    'RUSTDB_DEMO_REUSE' => $own_database ? '' : '1',
]);
$visitor = new Visitor($urls);

test('the demo starts and prints two addresses', function () use ($demo, $urls): void {
    wait_until(fn() => str_contains($demo->logged(), 'Ctrl-C') || $demo->ended() !== null, 90, 'the demo is ready');
    foreach ($urls as $url) {
        ensure(str_contains($demo->logged(), "$url/\n"), "$url is missing: " . $demo->logged());
    }
});

test('both servers show the page and its parts, and looking makes no session', function () use ($visitor): void {
    foreach (['A', 'B'] as $server) {
        $page = $visitor->get($server, '/');
        equal(200, $page->status, 'status of the page');
        ensure(str_contains($page->body, 'no session yet'), "the page of server $server does not say that there is no session");
        ensure(preg_match_all('/(?:href|src)="(page\.[a-z]+)"/', $page->body, $parts) === 2, 'the page does not have its two parts');
        foreach ([...$parts[1], 'shared.js', 'ten.js'] as $part) {
            equal(200, $visitor->get($server, "/$part")->status, "status of $part");
        }
    }
    equal(null, $visitor->cookie, 'the cookie');
});

test('counting on A and then on B gives 1 and 2 in one session', function () use ($visitor): void {
    $reply = $visitor->wait($visitor->start('A', 'count'));
    $a = $reply->result();
    ensure(preg_match('/^Set-Cookie: .*HttpOnly; SameSite=Strict/mi', $reply->headers) === 1, "the cookie is not protected: $reply->headers");
    $b = $visitor->act('B', 'count');
    equal(['A', 'B'], [$a['server'], $b['server']], 'the servers that answered');
    equal([1, 2], [$a['session']['count'], $b['session']['count']], 'the counters');
    equal($a['session']['id'], $b['session']['id'], 'the session id');
    equal($a['session']['made'], $b['session']['made'], 'when the session was made');
    equal(substr($visitor->cookie, 0, 8), $a['session']['id'], 'the part of the id that is shown');
    $page = $visitor->get('B', '/')->body;
    ensure(str_contains($page, '<output id="count">2</output>'), 'the page does not show the counter');
    ensure(!str_contains($page, $visitor->cookie), 'the page shows the whole session id');
});

test('read_and_close answers at once while a slow request holds the lock and another one waits for it', function () use ($visitor): void {
    $slow = $visitor->start('A', 'slow');
    $visitor->until(fn() => $slow->done || $slow->lines() !== [], 'the slow request says that it holds the lock');
    equal(true, $slow->lines()[0]['holds_lock'] ?? null, "holds_lock in $slow->body");
    $waiting = $visitor->start('B', 'count');
    foreach (['A', 'B'] as $server) {
        equal(2, $visitor->act($server, 'read')['session']['count'], "what is read on server $server");
    }
    equal([false, false], [$slow->done, $waiting->done], 'whether the slow and the waiting request are done before the readers');
    equal(3, $visitor->wait($slow)->result()['session']['count'], 'the counter after the slow request');
    $counted = $visitor->wait($waiting)->result();
    equal(4, $counted['session']['count'], 'the counter after the waiting request');
    ensure($counted['waited_ms'] > 1000, "the count on server B says that it waited {$counted['waited_ms']} ms");
});

test('regenerating the id keeps the counter and ends the old id', function () use ($visitor): void {
    $old = $visitor->cookie;
    $after = $visitor->act('B', 'regenerate');
    ensure($visitor->cookie !== $old, 'the cookie is the old one');
    equal(['id' => substr($visitor->cookie, 0, 8), 'count' => 4], array_slice($after['session'], 0, 2), 'the session');
    equal(5, $visitor->act('A', 'count')['session']['count'], 'the counter on the other server');
    $new = $visitor->cookie;
    $visitor->cookie = $old;
    equal(null, $visitor->act('A', 'read')['session'], 'the session of the old id');
    $visitor->cookie = $new;
});

test('a sign-in on A while a poll waits on B leaves the browser signed in', function () use ($visitor): void {
    $old = $visitor->cookie;
    $sign_in = $visitor->start('A', 'sign_in');
    // It says nothing before it is done, and takes three seconds: the poll comes in its middle.
    $from = microtime(true);
    $visitor->until(fn() => microtime(true) > $from + 0.5, 'the sign-in has begun');
    $poll = $visitor->start('B', 'poll');
    $signed_in = $visitor->wait($sign_in)->result();
    $new = $visitor->cookie;
    ensure($new !== $old, 'the cookie is the old one');
    equal(['id' => substr($new, 0, 8), 'count' => 5, 'user' => 'alice'], array_diff_key($signed_in['session'], ['made' => 0]), 'the session');
    $polled = $visitor->wait($poll)->result();
    ensure($polled['waited_ms'] > 500, "the poll says that it waited {$polled['waited_ms']} ms");
    equal(['id' => substr($old, 0, 8), 'count' => 5, 'user' => null], array_diff_key($polled['session'], ['made' => 0]), 'what the poll saw');
    ensure(!preg_match('/^Set-Cookie:/mi', $poll->headers), "the poll got a cookie: $poll->headers");
    equal($new, $visitor->cookie, 'the cookie after the poll');
    foreach (['A', 'B'] as $server) {
        equal('alice', $visitor->act($server, 'read')['session']['user'], "the user on server $server");
    }
    ensure(str_contains($visitor->get('B', '/')->body, '<dd id="user">alice</dd>'), 'the page does not show who is signed in');
});

test('ten requests at once run one after the other under row, several at a time under merge, and all their keys are kept', function () use ($visitor): void {
    $before = $visitor->act('A', 'read')['session'];
    equal(1, most_at_once(ten_at_once($visitor, 'row')), 'the most that worked at once under row');
    equal(10, $visitor->act('A', 'read')['kept'], 'keys kept under row');
    $at_once = most_at_once(ten_at_once($visitor, 'merge'));
    ensure($at_once > 1, 'under merge one worked after the other');
    $after = $visitor->act('B', 'read');
    equal(10, $after['kept'], 'keys kept under merge');
    equal($before, $after['session'], 'what else the session holds');
    foreach (['none', ''] as $lock) {
        equal(400, $visitor->wait($visitor->start('A', 'one_of_ten', fields: ['lock' => $lock, 'number' => 1]))->status, "status for the lock '$lock'");
    }
    equal(400, $visitor->wait($visitor->start('A', 'one_of_ten', fields: ['lock' => 'row', 'number' => 11]))->status, 'status for the number 11');
});

test('what does not come from the two pages changes nothing', function () use ($visitor, $urls): void {
    foreach (['', 'http://localhost:80', 'http://127.0.0.1', 'null'] as $origin) {
        equal(403, $visitor->wait($visitor->start('A', 'count', $origin))->status, "status of a post from '$origin'");
    }
    equal(405, $visitor->get('A', '/action.php?action=logout')->status, 'status of a GET');
    equal(5, $visitor->act('A', 'read')['session']['count'], 'the counter');
    $reply = $visitor->wait($visitor->start('A', 'read', $urls['B']));
    ensure(str_contains($reply->headers, "Access-Control-Allow-Origin: {$urls['B']}\r\n"), 'the page of B may not call A');
});

test('logging out ends the session, and the next count begins at 1', function () use ($visitor): void {
    $id = $visitor->cookie;
    equal(null, $visitor->act('A', 'logout')['session'], 'the session');
    equal(null, $visitor->cookie, 'the cookie');
    $visitor->cookie = $id;
    equal(null, $visitor->act('B', 'read')['session'], 'the session of the old cookie');
    equal(1, $visitor->act('B', 'count')['session']['count'], 'the counter');
    ensure($visitor->cookie !== $id, 'the id of the ended session lives on');
    $visitor->act('A', 'logout');
    ten_at_once($visitor, 'merge');
    equal(10, $visitor->act('B', 'read')['kept'], 'keys of ten requests that make a session first');
    $visitor->act('A', 'logout');
});

test('Ctrl-C ends the demo and leaves nothing behind, though a request is under way', function () use ($demo, $visitor, $own_database): void {
    $slow = $visitor->start('B', 'slow');
    $visitor->until(fn() => $slow->lines() !== [], 'the slow request holds the lock');
    // The program that was started, two masters with ten workers each, and the database.
    equal($own_database ? 24 : 23, count(demo_processes()), 'processes while it runs: ' . implode(', ', demo_processes()));
    posix_kill(-$demo->pid, SIGINT); // what a terminal does
    wait_until(fn() => $demo->ended() !== null, 30, 'the demo ends');
    equal(0, $demo->ended(), 'exit status: ' . $demo->logged());
    equal([], demo_processes(), 'processes that are left');
    equal([], glob(folder() . '/rustdb-demo*'), 'folders that are left');
});
