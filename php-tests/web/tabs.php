#!/usr/bin/env php
<?php
// A browser with many tabs: up to a hundred requests at once for one session over two php-fpm masters, each of which works for a while
// and sets a key of its own, in each lock mode; and pages that poll under merge beside a checkout under row, said in each way there is.

declare(strict_types=1);

require __DIR__ . '/lib.php';

const WORKERS = 10; // of each pool, of which there is one under each master
const WORK = 100_000; // µs

time_limit(300); // Those that lock take eleven seconds even where nobody else is on the machine.

$modes = ['row', 'merge', 'none'];
$ini = rustdb_settings(['session.use_strict_mode' => '1', 'rustdb.table' => 'rustdb_tabs', 'rustdb.lock_wait' => '60']);
Teardown::add(fn() => admin()->query('DROP TABLE IF EXISTS rustdb_tabs'));
foreach (['a', 'b'] as $master) {
    $pools = [];
    foreach ($modes as $mode) {
        $pools["{$mode}_$master"] = ['php_value[rustdb.lock]' => $mode];
    }
    // For the other ways to say the mode.
    fpm($master, $ini, $pools + ["page_$master" => [], "location_$master" => []], WORKERS);
}
fpm('one', $ini, ['one' => []], workers: 1);

/** nginx with the pools of both masters in turn: /POOL/page.php, /location/MODE/page.php, /directory/MODE/page.php, /one/[MODE/]page.php. */
function nginx_of_modes(array $modes): Http
{
    $folder = folder();
    $pages = __DIR__ . '/pages';
    $request = NGINX_REQUEST;
    $page = fn(string $pool, string $more = ''): string => <<<CONF
        {
            fastcgi_pass $pool;
            fastcgi_param SCRIPT_FILENAME $pages/\$page;
            fastcgi_param SCRIPT_NAME /\$page;
            $request
            $more
        }

        CONF;
    $upstreams = nginx_upstream('one', "$folder/one.sock");
    $locations = 'location ~ ^/one/(?<page>[a-z]+\.php)$ ' . $page('one');
    foreach ([...$modes, 'page', 'location'] as $pool) {
        $upstreams .= nginx_upstream($pool, "$folder/{$pool}_a.sock", "$folder/{$pool}_b.sock");
        $locations .= "location ~ ^/$pool/(?<page>[a-z]+\\.php)\$ " . $page($pool);
    }
    foreach ($modes as $mode) {
        foreach (['location', 'one'] as $pool) {
            $locations .= "location ~ ^/$pool/$mode/(?<page>[a-z]+\\.php)\$ " . $page($pool, "fastcgi_param PHP_VALUE \"rustdb.lock=$mode\";");
        }
        // PHP looks for .user.ini from the page's folder up to this root.
        mkdir("$folder/site/$mode", recursive: true);
        file_put_contents("$folder/site/$mode/.user.ini", "rustdb.lock=$mode\n");
        symlink("$pages/tabs.php", "$folder/site/$mode/tabs.php");
        $locations .= <<<CONF
            location /directory/$mode/ {
                fastcgi_pass page;
                fastcgi_param DOCUMENT_ROOT $folder/site;
                fastcgi_param SCRIPT_FILENAME $folder/site/$mode/tabs.php;
                fastcgi_param SCRIPT_NAME /$mode/tabs.php;
                $request
            }

            CONF;
    }
    start_nginx("unix:$folder/nginx.sock", <<<CONF
        fastcgi_read_timeout 90s;
        fastcgi_next_upstream off;
        $upstreams
        server {
            listen unix:$folder/nginx.sock;
            $locations
        }
        CONF);
    return new Http("$folder/nginx.sock");
}

/** Makes a session and returns its id. */
function new_session(Http $http): string
{
    $answer = $http->get('/row/count.php?add=0');
    equal(200, $answer->status, 'making a session: ' . $answer->summary());
    return $answer->sid;
}

/** The keys of a session beside the counter that it is made with. */
function keys_of(Http $http, string $sid): array
{
    $answer = $http->get('/row/read.php', $sid);
    equal(200, $answer->status, 'reading the session: ' . $answer->summary());
    return array_values(array_diff($answer->value('session'), ['n']));
}

/** Sends requests at once that each set a key of their own; returns the keys that are missing, and the most that were inside at once. */
function try_tabs(Http $http, string $mode, int $requests, int $until): array
{
    static $crowds = 0;
    $crowd = 'crowd' . $crowds++;
    $sid = new_session($http);
    $keys = array_map(fn(int $at) => "k$at", range(1, $requests));
    $work = WORK;
    all_acknowledged($http->all(
        array_map(fn(string $key) => ["/$mode/tabs.php?crowd=$crowd&until=$until&work=$work&key=$key", $sid], $keys),
        $requests,
    ));
    [$inside, $most] = array_map('intval', explode(' ', file_get_contents(folder() . "/gates/$crowd")));
    equal(0, $inside, 'requests that are inside when all are answered');
    return [array_values(array_diff($keys, keys_of($http, $sid))), $most];
}

$http = nginx_of_modes($modes);

foreach ([10, 100] as $requests) {
    // As many as there are workers for.
    $together = min($requests, 2 * WORKERS);
    test("row: $requests requests at once go one after the other, and no key is lost", function () use ($http, $requests): void {
        equal([[], 1], try_tabs($http, 'row', $requests, until: 1), 'keys missing, and requests inside at once');
    });
    test("merge: $requests requests at once wait for none of each other, and no key is lost", function () use ($http, $requests, $together): void {
        equal([[], $together], try_tabs($http, 'merge', $requests, $together), 'keys missing, and requests inside at once');
    });
    test("none: $requests requests at once wait for none of each other", function () use ($http, $requests, $together): void {
        [$missing, $most] = try_tabs($http, 'none', $requests, $together);
        printf("   none: %d of %d keys are missing\n", count($missing), $requests);
        equal($together, $most, 'requests inside at once');
    });
}

/** Where a page is served under a mode, by how that is said: the path, up to its query's first value. */
const WAYS = [
    'ini_set() before session_start()' => '/page/tabs.php?lock=%s&',
    '.user.ini' => '/directory/%s/tabs.php?',
    "the pool's php_value" => '/%s/tabs.php?',
    "PHP_VALUE in nginx's location" => '/location/%s/tabs.php?',
];
const MIXED = 500;

/** The path of a page under a mode. */
function path(string $way, string $mode, string $query): string
{
    return sprintf(WAYS[$way], $mode) . $query;
}

foreach (array_keys(WAYS) as $way) {
    test(MIXED . " mixed requests, polls under merge and checkouts under row, lose nothing; said by $way", function () use ($http, $way): void {
        $sid = new_session($http);
        $requests = $polls = [];
        for ($at = 0; $at < MIXED; $at++) {
            $work = random_int(0, 5_000);
            // Polls have keys of their own; checkouts count, which is what locks are for.
            $poll = $at % 2 === 0;
            $query = ($poll ? "key=poll$at" : 'key=n') . "&work=$work";
            $requests[] = [path($way, $poll ? 'merge' : 'row', $query), $sid];
            if ($poll) {
                $polls[] = "poll$at";
            }
        }
        shuffle($requests);
        $answers = $http->all($requests, 4 * WORKERS);
        all_acknowledged($answers);
        foreach ($answers as $answer) {
            $mode = str_contains($answer->path, 'key=poll') ? 'merge' : 'row';
            equal($mode, $answer->value('lock'), "the mode of $answer->path");
        }
        equal([], array_values(array_diff($polls, keys_of($http, $sid))), 'keys that are missing');
        equal(MIXED - count($polls), $http->get('/row/read.php', $sid)->value('n'), 'checkouts that have counted');
    });
}

test('a poll under merge is answered while a checkout holds the session; what it changed, when that is done', function () use ($http): void {
    $sid = new_session($http);
    $admin = admin();
    $gate = new_gate();
    $checkout = $http->send("/row/tabs.php?key=n&gate=$gate", $sid);
    $http->until(fn() => at_gate($gate) || $checkout->done, 10, 'the checkout holds the session');
    equal(200, $http->get('/merge/tabs.php', $sid)->status, 'status of a poll that changes nothing');
    ensure(!$checkout->done, 'the checkout has ended: ' . $checkout->summary());
    $waiting = lock_waiters($admin);
    $poll = $http->send('/merge/tabs.php?key=poll', $sid);
    $http->until(fn() => lock_waiters($admin) > $waiting || $poll->done, 10, 'the poll waits with what it changed');
    ensure(!$poll->done, 'the poll did not wait: ' . $poll->summary());
    open_gate($gate);
    all_acknowledged([$http->wait($checkout), $http->wait($poll)]);
    equal(['poll'], keys_of($http, $sid), 'keys');
    equal(1, $http->get('/row/read.php', $sid)->value('n'), 'checkouts that have counted');
});

test("what a location's PHP_VALUE sets stays in the worker, so each location has to state its mode", function () use ($http): void {
    $sid = new_session($http);
    $mode = fn(string $path): string => $http->get("/one/$path", $sid)->value('lock');
    $pages = ['tabs.php', 'merge/tabs.php', 'tabs.php', 'row/tabs.php', 'tabs.php'];
    equal(['row', 'merge', 'merge', 'row', 'row'], array_map($mode, $pages), 'modes of one worker');
});

no_worker_crashed();
