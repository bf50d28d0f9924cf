#!/usr/bin/env php
<?php
// 24 php-fpm workers under load, a third of them with row locks, a third with leases and a third that merge, while workers are
// killed by SIGKILL at random and the database server is restarted three times, once of them by SIGKILL. Those that lock count
// in sessions, and at the end the totals have to agree: an acknowledged increment is stored, and nothing is counted twice.
// Those that merge leave keys (merged.php): what was acknowledged is there, and what was taken away is not.
//
// php-tests/run torture runs it, with RUSTDB_TORTURE_SECONDS.

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';
require __DIR__ . '/merged.php';

const LEASE = 3; // Seconds; after a SIGKILL of its holder a session waits that long.
const LOCK_WAIT = 20;
const WORKERS = 4; // Of each of six pools.
const CLIENTS = 32; // More than workers, so that some requests wait for a worker too.
const SESSIONS = 30; // In each lock mode that locks.
const RESTARTS = ['RUSTDB_TEST_RESTART', 'RUSTDB_TEST_RESTART_KILL', 'RUSTDB_TEST_RESTART'];

/** The requests, and what has come of them. */
final class Load
{
    public int $sent = 0;
    public int $acknowledged = 0;
    public int $reads = 0;
    /** @var list<int> pids of the workers that were killed */
    public array $killed = [];
    /** @var list<Program> restarts of the server */
    public array $restarts = [];
    /** How many changes have been acknowledged since the last restart was over. */
    public int $since = 0;
    /** @var array<string, int> how often requests failed, by what was said of it */
    public array $failures = [];
    public float $slowest = 0;
    /** How many requests that take seconds are still to be sent before the next restart. */
    private ?int $long = null;
    /** @var list<string> what must not happen */
    public array $wrong = [];
    /** @var array<string, array<int, true>> the counts that were acknowledged, by session */
    private array $counts = [];
    /** @var array<string, int> by session: the highest count, and how many increments were acknowledged and not */
    private array $highest = [];
    private array $told = [];
    private array $refused = [];

    /**
     * @param array<string, list<string>> $sids lock mode => session ids, but for those that are merged
     * @param list<Program> $masters
     */
    public function __construct(private readonly array $sids, private readonly array $masters, private readonly Merged $merged) {}

    /** [path, session id] pairs until the time is over; kills and restarts in between. */
    public function requests(float $seconds): Generator
    {
        $begin = microtime(true);
        $next_kill = $begin + 1;
        $left = RESTARTS;
        while (true) {
            $now = microtime(true);
            $restarting = $this->restarts !== [] && end($this->restarts)->ended() === null;
            // At a quarter, a half and three quarters of the time. The load goes on until the last one has been survived.
            $due = $left !== [] && !$restarting && $now > $begin + $seconds * (4 - count($left)) / 4;
            if ($due && $this->long === null) {
                // Some that hold their session for so long that the server is back before they write.
                $this->long = 12;
            } elseif ($due && $this->long === 0) {
                $this->long = null;
                $this->restarts[] = new Program('restart' . count($left), ['sh', '-c', setting(array_shift($left))]);
                $this->since = 0;
                $restarting = true;
            }
            if ($restarting) {
                $this->since = 0;
            }
            if ($now > $begin + $seconds && $left === [] && $this->since > 100) {
                return;
            }
            ensure($now < $begin + $seconds + 120, 'the load has not recovered 120 seconds after its end');
            if ($now > $next_kill) {
                $this->kill();
                $next_kill = $now + random_int(50_000, 600_000) / 1e6;
            }
            yield $this->request();
        }
    }

    private function request(): array
    {
        $server = ['a', 'b'][random_int(0, 1)];
        $this->sent++;
        $is_long = $this->long > 0;
        if ($is_long) {
            $this->long--;
        }
        if (random_int(0, count($this->sids)) === 0) {
            [$query, $sid] = $this->merged->request($is_long);
            return ["/merge_$server/keys.php?$query", $sid];
        }
        $mode = array_rand($this->sids);
        // A few sessions are asked for much more often than the others, so that requests meet.
        $sid = $this->sids[$mode][(int) (SESSIONS * (random_int(0, 999) / 1000) ** 2)];
        $pool = "{$mode}_$server";
        if ($is_long) {
            return ["/$pool/work.php?most=8000000", $sid];
        }
        return [match (random_int(0, 9)) {
            // Larger than what goes as the text of a statement.
            0 => "/$pool/work.php?most=5000&blob=50000",
            1 => "/$pool/work.php?most=100000",
            2, 3 => "/$pool/read.php?least=" . $this->highest($sid),
            default => "/$pool/work.php?most=5000",
        }, $sid];
    }

    private function kill(): void
    {
        $workers = array_merge(...array_map(fn(Program $master) => children_of($master->pid), $this->masters));
        if ($workers !== []) {
            posix_kill($this->killed[] = $workers[array_rand($workers)], SIGKILL);
        }
    }

    public function count(Answer $answer): void
    {
        $this->slowest = max($this->slowest, $answer->seconds);
        $reads = str_contains($answer->path, '/read.php');
        if ($answer->status !== 200 || $answer->error !== '') {
            $this->fail($answer);
            $this->refused[$answer->sid] = ($this->refused[$answer->sid] ?? 0) + (int) !$reads;
        } elseif (str_contains($answer->path, '/keys.php')) {
            $acknowledged = (int) $this->merged->count($answer);
            $this->since += $acknowledged;
            $this->reads += 1 - $acknowledged;
        } elseif ($reads) {
            $this->reads++;
            parse_str(parse_url($answer->path, PHP_URL_QUERY), $query);
            $found = $answer->value('n') ?? 0;
            if ($found < $query['least']) {
                $this->wrong[] = "$query[least] had been acknowledged before a read found $found";
            }
        } else {
            $n = $answer->value('n');
            if (isset($this->counts[$answer->sid][$n])) {
                $this->wrong[] = "two requests were both told that they have counted to $n";
            }
            $this->counts[$answer->sid][$n] = true;
            $this->highest[$answer->sid] = max($n, $this->highest($answer->sid));
            $this->told[$answer->sid] = ($this->told[$answer->sid] ?? 0) + 1;
            $this->acknowledged++;
            $this->since++;
        }
    }

    /**
     * A request fails by a page's own 500 with its warning, or because its worker was killed: before the answer (502), or
     * within it, which the client sees as well.
     */
    private function fail(Answer $answer): void
    {
        $reason = $answer->summary();
        if ($answer->error !== '') {
            $reason = "the answer broke off: $answer->error";
        } elseif ($answer->status === 500) {
            if ($answer->value('reason') === '') {
                $this->wrong[] = 'a request failed without a warning';
            }
            if (str_contains($reason, 'the keys differ')) {
                $this->wrong[] = $reason;
            }
            // Without what differs from one failure to the next.
            $cause = preg_match('/the server says \d+|no connection|the (?:connection|lock|server) [a-z ]+/', $reason, $found) ? $found[0] : $reason;
            $reason = "a warning: $cause";
        } else {
            if ($answer->status !== 502) {
                $this->wrong[] = $reason;
            }
            $reason = "status $answer->status";
        }
        $this->failures[$reason] = ($this->failures[$reason] ?? 0) + 1;
    }

    /** The highest count that a session's requests have been told. */
    private function highest(string $sid): int
    {
        return $this->highest[$sid] ?? 0;
    }

    public function failed(): int
    {
        return array_sum($this->failures);
    }

    /** Checks one session's total. */
    public function agree(string $sid, int $stored): void
    {
        $acknowledged = $this->told[$sid] ?? 0;
        $most = $acknowledged + ($this->refused[$sid] ?? 0);
        ensure($stored >= $acknowledged, "a session has lost increments: $acknowledged acknowledged, $stored stored");
        ensure($stored <= $most, "a session has counted too much: $most sent, $stored stored");
        ensure($stored >= $this->highest($sid), "a request was told that it has counted to {$this->highest($sid)}, and $stored is stored");
    }

    public function report(float $took): void
    {
        printf(
            "%d s, %d workers: %d requests (%d increments and %d keys acknowledged, %d reads, %d failed), %d workers killed, %d restarts, slowest %.1f s\n",
            $took, 6 * WORKERS, $this->sent, $this->acknowledged, $this->merged->acknowledged, $this->reads, $this->failed(),
            count($this->killed), count($this->restarts), $this->slowest,
        );
        arsort($this->failures);
        foreach (array_slice($this->failures, 0, 12) as $reason => $times) {
            echo "  $times times: $reason\n";
        }
    }
}

$seconds = (float) setting('RUSTDB_TORTURE_SECONDS');
time_limit((int) $seconds + 400);

/** A web server with a pool in each lock mode. */
function web_server(string $name): Program
{
    $settings = fn(string $lock): array => [
        'rustdb.lock' => $lock,
        'rustdb.table' => "torture_$lock",
        'rustdb.lease' => (string) LEASE,
        'rustdb.lock_wait' => (string) LOCK_WAIT,
    ];
    $modes = ['row', 'lease', 'merge'];
    return fpm($name, rustdb_settings(), array_combine(array_map(fn(string $mode) => "{$mode}_$name", $modes), array_map($settings, $modes)), WORKERS);
}

$masters = [web_server('a'), web_server('b')];
$http = nginx('row_a', 'row_b', 'lease_a', 'lease_b', 'merge_a', 'merge_b');
$sids = [];
foreach (['row', 'lease'] as $mode) {
    for ($i = 0; $i < SESSIONS; $i++) {
        $sids[$mode][] = bin2hex(random_bytes(16));
    }
}
$merged = new Merged();
$load = new Load($sids, $masters, $merged);

test('the load is survived: workers were killed, the server was restarted, and requests went on after that', function () use ($load, $merged, $http, $seconds): void {
    $begin = microtime(true);
    try {
        $http->each($load->requests($seconds), CLIENTS, $load->count(...));
    } finally {
        $load->report(microtime(true) - $begin);
    }
    equal(count(RESTARTS), count($load->restarts), 'restarts of the server');
    foreach ($load->restarts as $restart) {
        equal(0, $restart->ended(), 'the exit status of a restart: ' . $restart->logged());
    }
    ensure(count($load->killed) > $seconds / 2, 'only ' . count($load->killed) . ' workers were killed');
    ensure($load->failed() > 0, 'no request failed: nothing was disturbed');
    ensure($merged->acknowledged > 0, 'no key was acknowledged');
});

test('every request that was not acknowledged was answered with a failure, and no answer contradicts another', function () use ($load, $merged): void {
    $wrong = [...$load->wrong, ...$merged->wrong];
    ensure($wrong === [], count($wrong) . ' times, first: ' . ($wrong[0] ?? ''));
    // The server is away for seconds, and a killed lease for its own length.
    ensure($load->slowest < LOCK_WAIT + 20, "a request took $load->slowest seconds");
});

$admin = admin();
$admin->query('SET SESSION innodb_lock_wait_timeout = 5');

foreach ($sids as $mode => $all) {
    test("$mode: every total is at least what was acknowledged, and at most what was sent", function () use ($mode, $all, $load, $http): void {
        foreach ($all as $sid) {
            $answer = $http->get("/{$mode}_a/read.php", $sid);
            equal(200, $answer->status, 'reading a session: ' . $answer->summary());
            $load->agree($sid, $answer->value('n') ?? 0);
        }
    });
}

test('merge: every key that was acknowledged is there, none that was taken away, and none that was never sent', function () use ($merged, $http): void {
    foreach ($merged->ids() as $sid) {
        $answer = $http->get('/merge_a/keys.php', $sid);
        equal(200, $answer->status, 'reading a session: ' . $answer->summary());
        $merged->agree($sid, $answer->value('keys'));
    }
});
$sids['merge'] = $merged->ids();

test('no lock, no transaction and no lease is left', function () use ($admin, $sids): void {
    foreach (array_keys($sids) as $mode) {
        $admin->query('START TRANSACTION');
        $admin->query("SELECT id FROM torture_$mode FOR UPDATE")->free();
        $admin->query('ROLLBACK');
    }
    $open = "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID()";
    wait_until(fn() => column($admin, $open) === ['0'], 5, 'no transaction is open');
    $leases = 'SELECT COUNT(*) FROM torture_lease_lease WHERE lease_until > UNIX_TIMESTAMP()';
    wait_until(fn() => column($admin, $leases) === ['0'], LEASE + 1, 'no lease runs');
});

test('the next request for every session works, on both web servers', function () use ($http, $sids): void {
    foreach ($sids as $mode => $all) {
        foreach (['a', 'b'] as $server) {
            all_acknowledged($http->all(array_map(fn(string $sid) => ["/{$mode}_$server/count.php", $sid], $all), 12));
        }
    }
});

no_worker_crashed();
