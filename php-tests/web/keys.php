<?php
// What becomes of the keys that the requests of one browser leave in its session (pages/steps.php, `leave`): a model of which session has each
// of them, through all ids that it had. Wherever requests wait for each other or are merged,
//
// - a session has each key that was acknowledged under its id, unless it was destroyed;
// - session_regenerate_id(true) takes them all along, also those that came while its request was at work;
// - session_regenerate_id(false) takes along those that were acknowledged before its request was sent, and leaves them under the old id, too;
// - no session has a key that its browser has not sent.
//
// Not a test itself, hence not executable.

declare(strict_types=1);

final class Keys
{
    /** @var array<string, true> all that were sent */
    private array $sent = [];
    /** @var list<array{string, string, int}> those that were acknowledged: the key, its session's id, when */
    private array $left = [];
    /** @var array<string, list<array{?string, bool, int}>> by id: what gave it up: the next id or null where it failed, whether it saw data, when it was sent */
    private array $next = [];
    /** @var array<string, list<array{string, int}>> by id: what took it along and left it alone: the next id, when it was sent */
    private array $copies = [];
    /** @var array<string, true> ids of sessions that were destroyed, or may have been */
    private array $destroyed = [];
    /** @var array<string, list<string>> what is stored, by id */
    private array $stored = [];
    private int $clock = 0;
    public int $checked = 0;

    /** A request is sent; returns when that is. */
    public function sends(?string $key): int
    {
        if ($key !== null) {
            $this->sent[$key] = true;
        }
        return ++$this->clock;
    }

    public function is_left(string $key, Answer $answer): void
    {
        if ($answer->status === 200) {
            $this->left[] = [$key, $answer->value('last'), ++$this->clock];
        }
    }

    public function gives_up(Answer $answer, int $sent): void
    {
        $next = $answer->status === 200 ? $answer->value('last') : null;
        $this->next[$answer->value('id')][] = [$next, $answer->value('data') !== [], $sent];
    }

    public function keeps(Answer $answer, int $sent): void
    {
        if ($answer->status === 200) {
            $this->copies[$answer->value('id')][] = [$answer->value('last'), $sent];
        }
    }

    public function destroys(string $id): void
    {
        $this->destroyed[$id] = true;
    }

    /** After all: every key is where it should be. $read returns the data of an id. */
    public function check(callable $read): void
    {
        foreach ($this->left as [$key, $id, $when]) {
            $this->follow($key, $id, $when, $read, [$id]);
        }
        foreach ($this->stored as $keys) {
            equal([], array_values(array_filter($keys, fn(string $key) => !isset($this->sent[$key]))), 'keys that were never sent');
        }
    }

    /** @param list<string> $way the ids that the key had until here */
    private function follow(string $key, string $id, int $when, callable $read, array $way): void
    {
        if (isset($this->destroyed[$id])) {
            return;
        }
        foreach ($this->copies[$id] ?? [] as [$copy, $sent]) {
            if ($sent > $when && !isset($this->next[$id])) {
                $this->follow($key, $copy, $sent, $read, [...$way, $copy]);
            }
        }
        $next = $this->next[$id] ?? [];
        if ($next === []) {
            $this->stored[$id] ??= $read($id);
            $this->checked++;
            $short = implode(' > ', array_map(fn(string $id) => substr($id, 0, 8), $way));
            ensure(in_array($key, $this->stored[$id], true), "the key $key was acknowledged and is lost ($short)");
        }
        // Where one of them failed, nobody knows what it has done.
        if (!in_array(null, array_column($next, 0), true)) {
            foreach ($next as [$new, $saw, $sent]) {
                // Of several, those that came too late see nothing.
                if ($saw || count($next) === 1) {
                    $this->follow($key, $new, $sent, $read, [...$way, $new]);
                }
            }
        }
    }
}
