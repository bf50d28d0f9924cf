<?php
// What the cluster tests share: web servers that each have a node of their own, and the nodes themselves. Everything
// else is the harness of the web tests. Not a test itself, hence not executable.
//
// Both kinds of cluster pass the same tests; what differs between them is only here.

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';

/** The directives for a web server that uses these nodes, the first one as long as it answers. */
function nodes(int ...$numbers): array
{
    $ports = explode(' ', setting('RUSTDB_CLUSTER_PORTS'));
    $hosts = array_map(fn(int $number) => '127.0.0.1:' . $ports[$number - 1], $numbers);
    return ['rustdb.socket' => '', 'rustdb.host' => implode(',', $hosts)];
}

/** Two web servers on different nodes, whose requests keep apart by leases. */
function cluster_site(int $workers, array $a, array $b, array $ini = []): Site
{
    return new Site($workers, $ini, ['a' => $a + ['rustdb.lock' => 'lease'], 'b' => $b + ['rustdb.lock' => 'lease']]);
}

/** An administrator's connection to a node, whose reads do not wait for the others. */
function bystander_on(int $number): mysqli
{
    $port = explode(' ', setting('RUSTDB_CLUSTER_PORTS'))[$number - 1];
    $user = setting('RUSTDB_TEST_ADMIN_USER');
    return new mysqli('127.0.0.1', $user, setting('RUSTDB_TEST_ADMIN_PASSWORD'), setting('RUSTDB_TEST_DATABASE'), (int) $port);
}

/** An administrator's connection to a node, whose reads wait for what the others have committed before. */
function admin_of(int $number): mysqli
{
    $admin = bystander_on($number);
    $admin->query(match (setting('RUSTDB_CLUSTER')) {
        'galera' => 'SET SESSION wsrep_sync_wait = 1',
        'group' => "SET SESSION group_replication_consistency = 'BEFORE'",
    });
    return $admin;
}

/** Has bin/cluster do something to a node, while the test goes on. */
function node_command(string $command, int $number): Program
{
    $program = dirname(__DIR__, 2) . '/bin/cluster';
    return new Program("$command-$number", [$program, $command, setting('RUSTDB_TEST_DIR'), (string) $number]);
}

/** Checks that each of the two web servers uses the node that it should, and no other. */
function each_on_its_own_node(int ...$numbers): void
{
    test('each web server is on a node of its own', function () use ($numbers): void {
        foreach ([1, 2, 3] as $number) {
            $open = count(connections(admin_of($number))) > 0;
            equal(in_array($number, $numbers, true), $open, "whether node $number has connections of web servers");
        }
    });
}

/** How many members the cluster has as a node sees it, with those that are silent or have not caught up yet. */
function members(mysqli $bystander): int
{
    return (int) match (setting('RUSTDB_CLUSTER')) {
        'galera' => galera_status($bystander, 'cluster_size'),
        'group' => column($bystander, 'SELECT COUNT(*) FROM performance_schema.replication_group_members')[0],
    };
}

/** Whether a node that others are connected with has caught up with them, as it says itself. */
function is_member(mysqli $bystander): bool
{
    return match (setting('RUSTDB_CLUSTER')) {
        'galera' => galera_status($bystander, 'local_state_comment') === 'Synced',
        'group' => own_row($bystander, 'MEMBER_STATE', 'replication_group_members') === 'ONLINE',
    };
}

/** What a node calls the last membership that it was told of. */
function membership(mysqli $bystander): string
{
    return match (setting('RUSTDB_CLUSTER')) {
        'galera' => galera_status($bystander, 'cluster_conf_id'),
        'group' => own_row($bystander, 'VIEW_ID', 'replication_group_member_stats'),
    };
}

function galera_status(mysqli $admin, string $name): string
{
    return $admin->query("SHOW GLOBAL STATUS LIKE 'wsrep_$name'")->fetch_row()[1];
}

function own_row(mysqli $admin, string $column, string $table): string
{
    return column($admin, "SELECT $column FROM performance_schema.$table WHERE MEMBER_ID = @@server_uuid")[0] ?? '';
}

/** Increments of some sessions that two web servers are asked for, whatever happens meanwhile, and what came of them. */
final class Load
{
    /** Requests that each server must have answered well after what happened. */
    private const AFTER = 150;

    /** @var list<string> */
    public readonly array $sids;
    /** @var array<string, int> acknowledged and refused increments by session id */
    private array $acknowledged = [];
    private array $refused = [];
    /** @var array<string, int> requests under way, and acknowledged ones since it has happened, by server */
    private array $open = ['a' => 0, 'b' => 0];
    private array $after = ['a' => 0, 'b' => 0];
    private bool $over = false;

    public function __construct(private readonly Site $site, int $sessions)
    {
        $this->sids = array_map(fn() => $site->new_session(), range(1, $sessions));
    }

    /**
     * Counts up while something happens: $begin is called under load, $before requests after its start, and $over tells when it has
     * happened. Load goes on until each server has acknowledged enough after that. Whatever is refused has a reason,
     * no request takes $bound seconds, and all sessions keep their ids.
     *
     * @return list<Answer>
     */
    public function during(callable $begin, callable $over, int $bound, int $before = 150): array
    {
        $this->over = false;
        $this->after = ['a' => 0, 'b' => 0];
        $answers = $this->site->http->all($this->requests($begin, $over, $before), 16, $this->count(...));
        foreach ($answers as $answer) {
            // A refused request is a page's own 500 with a reason: no worker crashed or hung.
            ensure(in_array($answer->status, [200, 500], true), 'an answer: ' . $answer->summary());
            ensure($answer->status === 200 || $answer->value('reason') !== '', 'a refused request gave no warning');
            ensure(in_array($answer->sid, $this->sids, true), 'a session was replaced by a new one');
            ensure($answer->seconds < $bound, "a request took $answer->seconds seconds: " . $answer->summary());
        }
        return $answers;
    }

    /** Every acknowledged increment is there and none is there twice, on all of these nodes. */
    public function check_totals(mysqli ...$admins): void
    {
        foreach ($this->sids as $sid) {
            $least = $this->acknowledged[$sid] ?? 0;
            $most = $least + ($this->refused[$sid] ?? 0);
            $stored = $this->site->stored($sid);
            ensure($stored >= $least, "a session has lost increments: $least acknowledged, $stored stored");
            ensure($stored <= $most, "a session has counted too much: $most sent, $stored stored");
            foreach ($admins as $admin) {
                equal($stored, counter_on($admin, $sid), 'a counter on a node');
            }
        }
    }

    private function requests(callable $begin, callable $over, int $before): Generator
    {
        $deadline = microtime(true) + 90;
        for ($sent = 0; min($this->after) < self::AFTER; $sent++) {
            if ($sent === $before) {
                $begin();
            }
            $this->over = $this->over || $sent >= $before && $over();
            ensure(microtime(true) < $deadline, 'after 90 seconds acknowledged by a and b since it happened: ' . json_encode($this->after));
            // Where one is stuck the other goes on.
            $server = $this->open['a'] <= $this->open['b'] ? 'a' : 'b';
            $this->open[$server]++;
            yield ["/$server/count.php", $this->sids[intdiv($sent, 2) % count($this->sids)]];
        }
    }

    /** Is told of every answer, also of those that others have asked for. */
    private function count(Answer $answer): void
    {
        if (!in_array($answer->sid, $this->sids, true)) {
            return;
        }
        $server = $answer->path[1];
        $this->open[$server]--;
        if ($answer->status === 200) {
            $this->acknowledged[$answer->sid] = ($this->acknowledged[$answer->sid] ?? 0) + 1;
            $this->after[$server] += (int) $this->over;
        } else {
            $this->refused[$answer->sid] = ($this->refused[$answer->sid] ?? 0) + 1;
        }
    }
}

/** Waits until the web server `a` has connections to a node that was away, which it passes over for a while. */
function used_again(Http $http, Load $load, int $number): void
{
    $admin = admin_of($number);
    $http->until(function () use ($http, $load, $admin): bool {
        all_acknowledged($http->all(array_map(fn(string $sid) => ['/a/count.php?add=0', $sid], $load->sids), 8));
        return connections($admin) !== [];
    }, 60, 'the web server uses its first host');
}
