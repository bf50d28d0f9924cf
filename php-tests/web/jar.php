<?php
// A browser as far as session cookies matter: its requests carry the cookie that it has when they are sent, and the answer that comes last
// wins. Not a test itself, hence not executable.

declare(strict_types=1);

final class Jar
{
    /** The session id that the browser has now. */
    public ?string $id = null;

    public function __construct(private readonly Http $http) {}

    /** Sends a request for pages/steps.php to a pool. */
    public function send(string $pool, string $steps, string $more = ''): Answer
    {
        return $this->http->send("/$pool/steps.php?do=$steps$more", $this->id, $this->take(...));
    }

    /** Sends it, waits for its answer, and wants it to be a good one. */
    public function get(string $pool, string $steps, string $more = ''): Answer
    {
        $answer = $this->http->wait($this->send($pool, $steps, $more));
        all_acknowledged([$answer]);
        return $answer;
    }

    /** What the browser does with a cookie. */
    public function take(string $cookie): void
    {
        $this->id = $cookie === 'deleted' ? null : $cookie;
    }
}

/** Starts a request that begins by saying that it has come; returns when it has. $gate opens at once. */
function send_and_arrive(Http $http, Jar $jar, string $pool, string $steps, string $more = ''): Answer
{
    open_gate($gate = new_gate());
    $answer = $jar->send($pool, "gate:$gate,$steps", $more);
    $http->until(fn() => at_gate($gate) || $answer->done, 10, 'a request has come');
    return $answer;
}

/** A request that has begun its session and stands at a gate before it goes on. @return array{Answer, string} with the gate */
function hold_at(Http $http, Jar $jar, string $pool, string $steps): array
{
    $gate = new_gate();
    $request = $jar->send($pool, "start,gate:$gate,$steps");
    $http->until(fn() => at_gate($gate) || $request->done, 10, 'a request is at work');
    ensure(!$request->done, 'it is done: ' . $request->summary());
    return [$request, $gate];
}
