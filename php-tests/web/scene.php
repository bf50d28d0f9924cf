<?php
// One save handler on two web servers, and requests that meet there, for web/waiting.php: who holds a session, who waits for it, and how that
// is seen. Not a test itself, hence not executable.

declare(strict_types=1);

/** A save handler in or out of strict mode, on two web servers. */
final class Scene
{
    private int $inserts = 0;

    public function __construct(
        private readonly Http $http,
        private readonly mysqli $admin,
        /** @var list<Program> the two php-fpm masters */
        private readonly array $masters,
        public readonly string $handler,
        private readonly bool $strict,
    ) {}

    public function jar(): Jar
    {
        return new Jar($this->http);
    }

    /** A request of its own, done. */
    public function visit(Jar $jar, string $server, string $steps): Answer
    {
        return $jar->get("{$this->handler}_$server", $steps, $this->more());
    }

    public function send(Jar $jar, string $server, string $steps): Answer
    {
        return $jar->send("{$this->handler}_$server", $steps, $this->more());
    }

    /** A request on server a that holds the session: it stays at its gate. */
    public function hold(Jar $jar, string $gate, string $steps): Answer
    {
        $holder = $this->send($jar, 'a', $steps);
        $this->http->until(fn() => at_gate($gate) || $holder->done, 10, 'a request holds the session');
        ensure(!$holder->done, 'the holder is done: ' . $holder->summary());
        $this->inserts = $this->inserts();
        return $holder;
    }

    /** A request that waits behind others, or is done (or past its gate) where the handler lets nobody wait. */
    public function wait(Jar $jar, string $server, string $steps, int $before = 0, ?string $gate = null): Answer
    {
        $waiter = send_and_arrive($this->http, $jar, "{$this->handler}_$server", $steps, $this->more());
        $this->http->until(
            fn() => $waiter->done || $gate !== null && at_gate($gate) || $this->waiting() > $before,
            10,
            "a request waits ($this->handler)",
        );
        return $waiter;
    }

    /** Waits until the browser has a cookie. */
    public function cookie(Jar $jar): void
    {
        $this->http->until(fn() => $jar->id !== null, 10, 'a cookie has come');
    }

    /** @param Answer ...$answers */
    public function finish(Answer ...$answers): void
    {
        array_map(open_gate(...), Gates::$names);
        array_map($this->http->wait(...), $answers);
    }

    /** Whether a browser with this id is signed in. */
    public function is_signed_in(?string $id): bool
    {
        $jar = $this->jar();
        $jar->id = $id;
        return isset($this->visit($jar, 'b', 'start')->value('data')['user']);
    }

    private function more(): string
    {
        return '&strict=' . (int) $this->strict;
    }

    /** How many requests wait for a session at this moment. */
    private function waiting(): int
    {
        return match ($this->handler) {
            'files' => $this->waiting_for_files(),
            // All that a waiting phpredis does is to try to set the lock, again and again.
            'redis' => preg_match_all('/ cmd=set /', redis('CLIENT LIST')),
            'row' => lock_waiters($this->admin),
            // Who waits has tried in vain to insert its lease.
            'lease' => $this->inserts() - $this->inserts,
            'merge', 'none' => 0,
        };
    }

    private function waiting_for_files(): int
    {
        preg_match_all('/-> FLOCK +ADVISORY +WRITE +(\d+) /', (string) file_get_contents('/proc/locks'), $waiting);
        $workers = array_merge(...array_map(fn(Program $master) => children_of($master->pid), $this->masters));
        return count(array_intersect($waiting[1], $workers));
    }

    private function inserts(): int
    {
        return (int) $this->admin->query("SHOW GLOBAL STATUS LIKE 'Com_insert'")->fetch_row()[1];
    }
}
