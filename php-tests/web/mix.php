<?php
// Browsers that do what they like, checked against a model: random mixes of requests that start a session, store in it, only read it, change its
// id, sign in and sign out, several of each browser at once, over two web servers, in strict mode, in each lock mode.
//
// What must hold: a browser that signed in and did not sign out is signed in; an answer sets a cookie only where it made an id, or was brought
// one that nobody knows; no browser sees another one's data; no request fails, except that what is stored under an id which another request of
// the same browser has given up, or whose session it has ended, is refused (and where requests are merged, to take that along to another id).
// And what was acknowledged is not lost, but with `none`: each request that stores something leaves a key of its own (keys.php).
//
// What no save handler can promise is left out: a browser does not sign in while another of its requests may be sent a cookie (who comes without
// one, with a destroyed id, or changes it himself); and where a request changes the id that came too late to see the session, its cookie is an
// empty session's.
//
// RUSTDB_MIXES_SECONDS: how long each lock mode is tried (default: 6).
// RUSTDB_MIXES_SEED: the first round's seed (default: a random one). A round that fails prints its own; requests under way at once stay a matter
// of luck, so give it a few attempts; what its browsers did and met is in mixes.log, which is kept.
//
// Not a test itself, hence not executable: web/mixes.php and cluster/mixes.php are.

declare(strict_types=1);

require __DIR__ . '/jar.php';
require __DIR__ . '/keys.php';

const BROWSERS = 6;
const REQUESTS = 14; // of each browser in a round
const AT_ONCE = 4; // of one browser

/** What requests do; `{w}` is some work of a few milliseconds. The number is how often each is chosen. */
const ACTIONS = [
    'start' => [4, 'start,{w}'],
    'write' => [5, 'start,{w},set:owner:{owner},leave:{key},{w}'],
    'poll' => [5, 'start'],
    'read' => [2, 'read,{w}'],
    'sign_in' => [2, 'start,{w},regenerate,set:user:{owner},set:owner:{owner},leave:{key},{w}'],
    'regenerate' => [2, 'start,{w},regenerate,{w}'],
    'keep' => [1, 'start,{w},keep,{w}'],
    'sign_out' => [1, 'start,{w},destroy,forget'],
];
/** Those that send a cookie. */
const CHANGES = ['sign_in', 'regenerate', 'keep', 'sign_out'];
/** Those after which the id that they brought is not to be used. */
const GIVES_UP = ['sign_in', 'regenerate', 'sign_out'];

/** A request that is to be sent, or was. */
final class Request
{
    public ?string $id = null;
    /** Whether the browser was surely signed in when it was sent, and as it is now. */
    public bool $signed = false;
    public ?Answer $answer = null;
    /** When it was sent, for the keys. */
    public int $sent = 0;

    public function __construct(
        public readonly string $action,
        public readonly string $steps,
        public readonly string $server,
        public readonly float $pause,
        /** The key that it leaves in the session, if it does. */
        public readonly ?string $key,
    ) {}

    public function changes_the_id(): bool
    {
        return in_array($this->action, CHANGES, true);
    }

    public function gives_the_id_up(): bool
    {
        return in_array($this->action, GIVES_UP, true);
    }
}

/** A browser, its plan, and what the model knows of it. */
final class Visitor
{
    public readonly Jar $jar;
    private readonly Keys $keys;
    /** @var list<Request> */
    private array $under_way = [];
    private float $next = 0;
    private int $last = 0;
    /** Whether it is signed in for sure. */
    public bool $signed = false;
    /** @var array<string, true> ids that it has destroyed, and those that it has given up, as soon as a request sets out to do it */
    public array $destroyed = [];
    private array $given_up = [];
    /** @var list<string> what it did and met, for whoever looks into a failure */
    private array $history = [];

    /** @param list<Request> $plan */
    public function __construct(private readonly Http $http, private readonly string $lock, private readonly string $owner, private array $plan)
    {
        $this->jar = new Jar($http);
        $this->keys = new Keys();
    }

    /** Takes what has come and sends what may be sent; false when all is done. */
    public function go_on(): bool
    {
        foreach ($this->under_way as $i => $request) {
            if ($request->answer->done) {
                unset($this->under_way[$i]);
                $this->check($request);
            }
        }
        if ($this->plan !== [] && microtime(true) >= $this->next && count($this->under_way) < AT_ONCE && $this->may_send($this->plan[0])) {
            $request = array_shift($this->plan);
            $this->next = microtime(true) + $request->pause;
            $this->send($request);
        }
        return $this->plan !== [] || $this->under_way !== [];
    }

    private function send(Request $request): void
    {
        $request->id = $this->jar->id;
        // Whose cookie has come ahead of the rest of its answer may have been too late.
        $unclear = array_filter($this->under_way, fn(Request $other) => $other->changes_the_id() && $other->answer->cookie !== null);
        $request->signed = $this->signed && $unclear === [];
        if ($request->action === 'sign_out') {
            $this->signed = false;
            $this->destroyed[(string) $request->id] = true;
            foreach ($this->under_way as $other) {
                $other->signed = false;
            }
        }
        if ($request->gives_the_id_up()) {
            $this->given_up[(string) $request->id] = true;
        }
        $request->sent = $this->keys->sends($request->key);
        $this->under_way[] = $request;
        $this->note('sends', $request);
        $request->answer = $this->jar->send("{$this->lock}_$request->server", $request->steps);
    }

    /** The first request goes alone, as a page does; then see this file's head. */
    private function may_send(Request $request): bool
    {
        $cookies = array_filter($this->under_way, $this->may_get_cookie(...));
        if ($this->jar->id === null || $request->action === 'sign_in') {
            return $cookies === [];
        }
        $signs_in = array_filter($this->under_way, fn(Request $other) => $other->action === 'sign_in');
        return $signs_in === [] || !$request->changes_the_id() && !isset($this->destroyed[$this->jar->id]);
    }

    private function may_get_cookie(Request $request): bool
    {
        return $request->changes_the_id() || $request->id === null || isset($this->destroyed[$request->id]);
    }

    private function check(Request $request): void
    {
        $answer = $request->answer;
        $this->note('gets', $request, substr($answer->body, 0, 400));
        $was_given_up = isset($this->given_up[(string) $request->id]);
        if ($answer->status !== 200) {
            $refused = 'rustdb: cannot write .*another request has given the session another id or ended it.*';
            if (in_array($this->lock, ['merge', 'beside'], true)) {
                // Who waits for nobody meets a sign-out in the midst of his work, and may not save the session under another id.
                $refused .= '|rustdb: cannot (?:write|destroy|leave) .*the session was destroyed meanwhile.*|Session (?:object destruction|write) failed.*';
            }
            $refused = "/^session_\w+\(\): (?:$refused)$/";
            $reason = $answer->status === 500 ? $answer->value('reason') : '';
            $others = preg_grep($refused, explode(' | ', $reason), PREG_GREP_INVERT);
            ensure($reason !== '' && $others === [] && $was_given_up, "$request->action failed: " . $answer->summary());
        }
        ensure($answer->cookie === null || $this->may_get_cookie($request), "$request->action was sent a cookie");
        $data = $answer->value('data');
        foreach (['owner', 'user'] as $key) {
            ensure(in_array($data[$key] ?? $this->owner, [$this->owner], true), "$request->action saw another one's data");
        }
        $sees = isset($data['user']);
        ensure($sees || !$request->signed || $was_given_up, "$request->action of a signed-in browser saw nothing");
        Counts::$requests++;
        $this->keep_account($request);
        if ($request->action === 'sign_in') {
            $this->signed = true; // no request that signs out was under way
        } elseif ($request->changes_the_id() && $request->signed && !$sees) {
            // Too late: from now on the browser may have an empty session.
            $this->signed = false;
            Counts::$late++;
        }
    }

    private function keep_account(Request $request): void
    {
        $answer = $request->answer;
        if ($request->action === 'sign_out') {
            $this->keys->destroys($answer->value('id'));
        } elseif ($request->action === 'keep') {
            $this->keys->keeps($answer, $request->sent);
        } elseif ($request->gives_the_id_up()) {
            $this->keys->gives_up($answer, $request->sent);
        }
        if ($request->key !== null) {
            $this->keys->is_left($request->key, $answer);
        }
    }

    private function note(string $what, Request $request, string $more = ''): void
    {
        $short = fn(?string $id): string => substr($id ?? '', 0, 8);
        $this->history[] = sprintf(
            '%.3f %s %s on %s with %s (%s), cookie %s, jar %s %s', microtime(true), $what, $request->action, $request->server,
            $short($request->id), $request->signed ? 'signed in' : '', $short($request->answer?->cookie), $short($this->jar->id), $more,
        );
    }

    public function write_history(): void
    {
        file_put_contents(folder() . '/mixes.log', "$this->owner\n" . implode("\n", $this->history) . "\n\n", FILE_APPEND);
    }

    /** The keys of the session with this id, on whichever server. */
    private function keys_of(string $id): array
    {
        $reader = new Jar($this->http);
        $reader->id = $id;
        return $reader->get("{$this->lock}_" . ['a', 'b'][mt_rand(0, 1)], 'read')->value('data')['list'] ?? [];
    }

    /** After all: the browser is signed in, if it is to be, and whoever brings a destroyed id is not. */
    public function ends(): void
    {
        foreach (['a', 'b'] as $server) {
            $answer = $this->jar->get("{$this->lock}_$server", 'start');
            if ($this->signed) {
                equal([$this->owner, null], [$answer->value('data')['user'] ?? null, $answer->cookie], 'the user of a signed-in browser, and the cookie that it gets');
            }
        }
        Counts::$signed += (int) $this->signed;
        if ($this->lock !== 'none') {
            $this->keys->check($this->keys_of(...));
            Counts::$keys += $this->keys->checked;
        }
        foreach (array_keys($this->destroyed) as $id) {
            $thief = new Jar($this->http);
            $thief->id = (string) $id;
            equal([], $thief->get("{$this->lock}_b", 'start')->value('data'), 'the data of a destroyed session');
        }
    }
}

final class Counts
{
    public static int $keys = 0;
    public static int $requests = 0;
    public static int $signed = 0;
    public static int $late = 0;
}

/** A browser's requests, as the seed has it. @return list<Request> */
function plan(string $owner): array
{
    $choices = array_merge(...array_map(fn(string $action) => array_fill(0, ACTIONS[$action][0], $action), array_keys(ACTIONS)));
    $work = fn(): string => 'sleep:' . [0, 0, 1, 3, 10, 25][mt_rand(0, 5)];
    $plan = [];
    for ($i = 0; $i < REQUESTS; $i++) {
        $action = $i === 0 ? 'start' : $choices[mt_rand(0, count($choices) - 1)];
        $key = str_contains(ACTIONS[$action][1], '{key}') ? "_$owner-$i" : null;
        $steps = preg_replace_callback('/{w}/', $work, strtr(ACTIONS[$action][1], ['{owner}' => $owner, '{key}' => (string) $key]));
        // Most follow at once.
        $plan[] = new Request($action, $steps, mt_rand(0, 1) ? 'a' : 'b', [0, 0, 0, 0.002, 0.01, 0.03][mt_rand(0, 5)], $key);
    }
    return $plan;
}

function round_of(Http $http, string $lock, int $seed): void
{
    mt_srand($seed);
    $browsers = [];
    for ($i = 0; $i < BROWSERS; $i++) {
        $owner = "visitor$seed-$i";
        $browsers[] = new Visitor($http, $lock, $owner, plan($owner));
    }
    try {
        drive($http, $browsers);
    } catch (Failed $failed) {
        array_map(fn(Visitor $browser) => $browser->write_history(), $browsers);
        throw $failed;
    }
}

/** @param list<Visitor> $browsers */
function drive(Http $http, array $browsers): void
{
    $deadline = microtime(true) + 60;
    do {
        // Each of them, not until the first that has something left.
        $busy = array_filter(array_map(fn(Visitor $browser) => $browser->go_on(), $browsers));
        $http->pump(0.001);
        ensure(microtime(true) < $deadline, 'the round takes over a minute');
    } while ($busy !== []);
    foreach ($browsers as $browser) {
        $browser->ends();
    }
}

/** Tries a lock mode, whose two pools are named after it, for as long as it is told. */
function try_mixes(Http $http, string $lock): void
{
    static $seed = null;
    $seed ??= (int) (getenv('RUSTDB_MIXES_SEED') ?: random_int(1, 1_000_000_000));
    $seconds = (float) (getenv('RUSTDB_MIXES_SECONDS') ?: 6);
    time_limit((int) $seconds + 180);
    test("$lock: whatever browsers do, who signed in and did not sign out is signed in", function () use ($http, $lock, $seconds, &$seed): void {
        Counts::$requests = Counts::$signed = Counts::$late = Counts::$keys = 0;
        $rounds = 0;
        for ($end = microtime(true) + $seconds; $rounds === 0 || microtime(true) < $end; $rounds++, $seed++) {
            try {
                round_of($http, $lock, $seed);
            } catch (Failed $failed) {
                throw new Failed("RUSTDB_MIXES_SEED=$seed: {$failed->getMessage()}");
            }
        }
        printf("   %d rounds, %d requests, %d browsers signed in, %d ids changed too late, %d keys looked for\n", $rounds, Counts::$requests, Counts::$signed, Counts::$late, Counts::$keys);
        ensure(Counts::$signed > 0, 'no browser was signed in at the end of its round');
        ensure(Counts::$keys > 0 || $lock === 'none', 'no key was left');
    });
}
