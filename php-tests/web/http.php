<?php
// The client of the web tests: many requests at once over curl_multi, each with its own session
// cookie, and never two on one connection (curl repeats a request whose kept connection died, and
// an increment that is sent twice would count twice).

declare(strict_types=1);

final class Answer
{
    public bool $done = false;
    /** 0 when the connection ended without an answer. */
    public int $status = 0;
    public string $body = '';
    public string $error = '';
    /** The session id that the answer set, else the one that the request carried. Known as soon as the headers are. */
    public ?string $sid;
    /** The session id that the answer set, `deleted` where it took the cookie away, null where it left it alone. */
    public ?string $cookie = null;
    public float $seconds = 0.0;

    public function __construct(public readonly string $path, ?string $sid)
    {
        $this->sid = $sid;
    }

    /** A value from the page's JSON answer. */
    public function value(string $name): mixed
    {
        $page = json_decode($this->body, true);
        if (!is_array($page) || !array_key_exists($name, $page)) {
            throw new Failed("$this->path gave no '$name': " . $this->summary());
        }
        return $page[$name];
    }

    public function summary(): string
    {
        // Ids and pids differ from answer to answer; without them equal reasons can be counted.
        $reason = json_decode($this->body, true)['reason'] ?? $this->error ?: substr(trim(strip_tags($this->body)), 0, 200);
        return "status $this->status, $reason";
    }
}

final class Http
{
    private CurlMultiHandle $multi;
    /** @var array<int, array{CurlHandle, Answer}> */
    private array $running = [];
    /** @var ?callable */
    private $each = null;

    /** @param string $server `http://host:port`, or the path of a Unix socket */
    public function __construct(private readonly string $server)
    {
        $this->multi = curl_multi_init();
    }

    /** Starts a request; it proceeds while any method of this object waits. $on_cookie is told of a cookie as it comes. */
    public function send(string $path, ?string $sid = null, ?callable $on_cookie = null): Answer
    {
        $answer = new Answer($path, $sid);
        $unix = $this->server[0] === '/';
        $curl = curl_init(($unix ? 'http://localhost' : $this->server) . $path);
        curl_setopt_array($curl, [
            CURLOPT_FRESH_CONNECT => true,
            CURLOPT_FORBID_REUSE => true,
            CURLOPT_TIMEOUT => 90,
            CURLOPT_COOKIE => $sid === null ? '' : "PHPSESSID=$sid",
            CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line) use ($answer, $on_cookie): int {
                if (preg_match('/^Set-Cookie: PHPSESSID=([^;\s]+)/i', $line, $match)) {
                    $answer->sid = $answer->cookie = $match[1];
                    if ($on_cookie) {
                        $on_cookie($match[1]);
                    }
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => function (CurlHandle $curl, string $part) use ($answer): int {
                $answer->body .= $part;
                return strlen($part);
            },
        ] + ($unix ? [CURLOPT_UNIX_SOCKET_PATH => $this->server] : []));
        curl_multi_add_handle($this->multi, $curl);
        $this->running[spl_object_id($curl)] = [$curl, $answer];
        $this->pump(0);
        return $answer;
    }

    public function get(string $path, ?string $sid = null): Answer
    {
        return $this->wait($this->send($path, $sid));
    }

    public function wait(Answer $answer): Answer
    {
        while (!$answer->done) {
            $this->pump(0.1);
        }
        return $answer;
    }

    /** Lets requests proceed until $condition holds, and returns what it returned. */
    public function until(callable $condition, float $seconds, string $what): mixed
    {
        $deadline = microtime(true) + $seconds;
        while (!($result = $condition())) {
            ensure(microtime(true) < $deadline, "$what: still not so after $seconds seconds");
            $this->pump(0.01);
        }
        return $result;
    }

    /**
     * Sends [path, session id] pairs, $concurrency of them under way at a time, and waits for all
     * answers. The pairs may come from a generator, which then decides when there are enough;
     * $each is told of every answer as it comes.
     *
     * @return list<Answer>
     */
    public function all(iterable $requests, int $concurrency, ?callable $each = null): array
    {
        $answers = [];
        $this->each = $each;
        foreach ($requests as [$path, $sid]) {
            $answers[] = $this->send($path, $sid);
            while (count($this->running) >= $concurrency) {
                $this->pump(0.1);
            }
        }
        array_map($this->wait(...), $answers);
        $this->each = null;
        return $answers;
    }

    /** The same for any number of requests: it keeps none of the answers. */
    public function each(iterable $requests, int $concurrency, callable $each): void
    {
        $this->each = $each;
        try {
            foreach ($requests as [$path, $sid]) {
                $this->send($path, $sid);
                while (count($this->running) >= $concurrency) {
                    $this->pump(0.1);
                }
            }
            while ($this->running !== []) {
                $this->pump(0.1);
            }
        } finally {
            $this->each = null;
        }
    }

    /** Lets requests proceed, for so long at most where none has anything new. */
    public function pump(float $seconds): void
    {
        curl_multi_exec($this->multi, $active);
        if ($active && $seconds > 0) {
            curl_multi_select($this->multi, $seconds);
            curl_multi_exec($this->multi, $active);
        } elseif ($seconds > 0) {
            usleep((int) min(10_000, $seconds * 1e6));
        }
        while ($message = curl_multi_info_read($this->multi)) {
            $curl = $message['handle'];
            [, $answer] = $this->running[spl_object_id($curl)];
            unset($this->running[spl_object_id($curl)]);
            $answer->status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
            $answer->error = $message['result'] === CURLE_OK ? '' : curl_strerror($message['result']);
            $answer->seconds = curl_getinfo($curl, CURLINFO_TOTAL_TIME);
            $answer->done = true;
            curl_multi_remove_handle($this->multi, $curl);
            if ($this->each) {
                ($this->each)($answer);
            }
        }
    }
}
