<?php
// One session, N requests at once over two php-fpm masters, each of which works for 100 ms and stores a key of its own: the time
// until all are answered, and what is lost. The report and the plot of it: ../tabs.php.

declare(strict_types=1);

function tabs(Results $results): void
{
    set_flush(Place::Disk, 2);
    $names = handlers_like(...array_merge(...array_values(TABS_HANDLERS)));
    $workers = array_combine($names, array_map(fn(string $name) => worker($name, Place::Disk), $names));
    $site = new Site($names, intdiv(TABS_WORKERS, 2), masters: 2);
    $session = fn(string $name): string => 'PHPSESSID=' . one_session($workers[$name]);
    at_once_by_turns($results, 'tabs', $site, $names, $session, fn(): array => ['tabs', '']);
    $site->stop();
    stop($workers);
}

/**
 * Rounds of the handlers: the series PART/N/time, missing and failed.
 *
 * @param Closure(string): string $session  makes a session of a handler, and returns its cookie
 * @param Closure(string, bool): array{string, string} $page  a handler's page and the beginning of its query, for requests that are
 *     measured and for others
 */
function at_once_by_turns(Results $results, string $part, Site $site, array $names, Closure $session, Closure $page): void
{
    foreach ($names as $name) {
        warm_tabs($site, $name, $session, $page($name, false));
    }
    $rounds = rounds(9);
    foreach (TABS_REQUESTS as $requests) {
        $times = $missing = $failed = [];
        for ($round = 0; $round < $rounds; $round++) {
            foreach (in_turn($names, $round) as $name) {
                // With locks a round of 100 takes over ten seconds, and wavers little.
                if (handlers()[$name]->locks && $round >= 3) {
                    continue;
                }
                $cookie = $session($name);
                [$times[$name][], $answers] = at_once($site, $name, $page($name, true), array_map(
                    fn(int $at) => ["key=k$at&work=" . 1000 * TABS_WORK, $cookie],
                    range(1, $requests),
                ));
                $failed[$name][] = (float) count(array_filter($answers, fn(array $answer) => $answer[0] !== 200));
                $missing[$name][] = (float) $requests - count(keys_of($site, $name, $page($name, false), $cookie));
            }
        }
        foreach (['time' => $times, 'missing' => $missing, 'failed' => $failed] as $what => $values) {
            $results->add(new Series($part, "$part/$requests/$what", "$requests requests at once: $what", $what === 'time' ? 'ms' : '', $values, ratios: false));
        }
    }
}

/** A new session of 1 KiB; returns its id. */
function one_session(Worker $worker): string
{
    $name = 'tabs' . bin2hex(random_bytes(8));
    $worker->command("seed 1 994 $name");
    return "{$name}0";
}

/** Lets each worker of a handler's pools serve requests, which takes as many at once as there are workers, of sessions of their own. */
function warm_tabs(Site $site, string $name, Closure $session, array $page): void
{
    $cookies = array_map(fn() => $session($name), range(1, TABS_WORKERS));
    for ($turn = 0; $turn < 3; $turn++) {
        [, $answers] = at_once($site, $name, $page, array_map(fn(string $cookie) => ['key=warm&work=' . 1000 * TABS_WORK, $cookie], $cookies));
        foreach ($answers as [$status, $body]) {
            if ($status !== 200) {
                throw new Exception("$name: status $status: $body");
            }
        }
    }
}

/** The keys that requests have stored in a session. */
function keys_of(Site $site, string $name, array $page, string $cookie): array
{
    [, [[$status, $body]]] = at_once($site, $name, $page, [['', $cookie]]);
    if ($status !== 200) {
        throw new Exception("$name: status $status where the session is read");
    }
    return preg_grep('/^k\d+$/', explode(' ', $body));
}

/**
 * Sends requests, the last of them before the first is answered, and waits for all answers.
 *
 * @param array{string, string} $page  and the beginning of its query
 * @param list<array{string, string}> $requests  the query's end, and a cookie
 * @return array{float, list<array{int, string, string}>}  ms from the first byte sent to the last answer; status (0: none), body and head
 *     of each
 */
function at_once(Site $site, string $name, array $page, array $requests): array
{
    $path = parse_url($site->url($name, $page[0]), PHP_URL_PATH) . "?$page[1]";
    $sockets = array_map(fn() => stream_socket_client("tcp://127.0.0.1:$site->port", timeout: 5), $requests);
    $answers = array_fill(0, count($requests), '');
    $begin = hrtime(true);
    foreach ($requests as $at => [$query, $cookie]) {
        fwrite($sockets[$at], "GET $path$query HTTP/1.0\r\nHost: 127.0.0.1\r\nCookie: $cookie\r\n\r\n");
    }
    [$answered, $none] = [$sockets, null];
    if (count($requests) > 1 && stream_select($answered, $none, $none, 0) > 0) {
        throw new Exception('a request was answered before all were sent');
    }
    for ($deadline = $begin + 120e9; $sockets !== [] && hrtime(true) < $deadline;) {
        [$readable, $none] = [$sockets, null];
        stream_select($readable, $none, $none, 1);
        foreach ($readable as $at => $socket) {
            $answers[$at] .= fread($socket, 65536);
            if (feof($socket)) {
                unset($sockets[$at]);
            }
        }
    }
    $milliseconds = (hrtime(true) - $begin) / 1e6;
    return [$milliseconds, array_map(function (string $answer): array {
        [$head, $body] = explode("\r\n\r\n", $answer, 2) + [1 => ''];
        return [preg_match('~^HTTP/1\.\d (\d+)~', $head, $found) ? (int) $found[1] : 0, $body, $head];
    }, $answers)];
}
