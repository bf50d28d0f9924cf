<?php
// The sessions of the torture test that are merged: each request leaves a key of its own in a session (pages/keys.php), some take away one that
// was acknowledged, and each tells which keys it has found.
//
// Not a test itself, hence not executable: torture.php is.

declare(strict_types=1);

/** What a session was sent, and has acknowledged. */
final class MergedSession
{
    /** @var array<string, true> */
    public array $sent = [];
    /** @var array<string, int> when a key was acknowledged */
    public array $left = [];
    /** @var array<string, true> keys that a request was sent to take away */
    public array $dropped = [];
    /** @var array<string, int> when that was acknowledged */
    public array $gone = [];
}

final class Merged
{
    /** Few, so that requests meet. */
    private const SESSIONS = 5;
    /** A session that has been sent so many keys is followed by another. */
    private const KEYS = 150;

    /** @var array<string, MergedSession> all that there ever were, by id */
    public array $sessions = [];
    /** @var list<string> ids of those that are used now */
    private array $used = [];
    private int $clock = 0;
    /** How many keys were acknowledged. */
    public int $acknowledged = 0;
    /** @var list<string> what must not happen */
    public array $wrong = [];

    public function __construct()
    {
        array_map($this->next(...), range(0, self::SESSIONS - 1));
    }

    private function next(int $at): void
    {
        $this->used[$at] = bin2hex(random_bytes(16));
        $this->sessions[$this->used[$at]] = new MergedSession();
    }

    /** The next request: its query, and the id of its session. */
    public function request(bool $is_long): array
    {
        $at = array_rand($this->used);
        $sid = $this->used[$at];
        $session = $this->sessions[$sid];
        $query = ['at' => ++$this->clock, 'most' => $is_long ? 8_000_000 : [5_000, 5_000, 5_000, 100_000][random_int(0, 3)]];
        if (random_int(0, 4) > 0) {
            $session->sent[$query['leave'] = '_' . count($session->sent)] = true;
            $may_go = array_diff_key($session->left, $session->dropped);
            if ($may_go !== [] && random_int(0, 3) === 0) {
                $session->dropped[$query['drop'] = array_rand($may_go)] = true;
            }
            if (random_int(0, 9) === 0) {
                $query['blob'] = 50_000; // larger than what goes as the text of a statement
            }
            if (count($session->sent) === self::KEYS) {
                $this->next($at);
            }
        }
        return [http_build_query($query), $sid];
    }

    /** Takes an answer that was none of a failure; true where it has acknowledged a key. */
    public function count(Answer $answer): bool
    {
        $session = $this->sessions[$answer->sid];
        parse_str(parse_url($answer->path, PHP_URL_QUERY), $query);
        $this->compare($session, $answer->value('keys'), (int) $query['at']);
        if (!isset($query['leave'])) {
            return false;
        }
        $session->left[$query['leave']] = ++$this->clock;
        if (isset($query['drop'])) {
            $session->gone[$query['drop']] = $this->clock;
        }
        $this->acknowledged++;
        return true;
    }

    /** What a request has found that was sent at a time. */
    private function compare(MergedSession $session, array $found, int $at): void
    {
        $before = fn(int $when): bool => $when < $at;
        $must = array_keys(array_diff_key(array_filter($session->left, $before), $session->dropped));
        $may_not = array_keys(array_filter($session->gone, $before));
        foreach ([
            'acknowledged and missing' => array_diff($must, $found),
            'taken away and still there' => array_intersect($may_not, $found),
            'there and never sent' => array_diff($found, array_keys($session->sent)),
        ] as $what => $keys) {
            if ($keys !== []) {
                $this->wrong[] = "keys $what: " . implode(' ', $keys);
            }
        }
    }

    /** After all: every session has what it should have. */
    public function agree(string $sid, array $found): void
    {
        $this->wrong = [];
        $this->compare($this->sessions[$sid], $found, ++$this->clock);
        ensure($this->wrong === [], $this->wrong[0] ?? '');
    }

    /** @return list<string> */
    public function ids(): array
    {
        return array_map(strval(...), array_keys(array_filter($this->sessions, fn(MergedSession $session) => $session->left !== [])));
    }
}
