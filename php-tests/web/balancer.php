<?php
// What web/balancers.php and cluster/balancers.php share: HAProxy and MySQL Router between php-fpm and the database, and
// what each lock mode does when they cut its connections. Not a test itself, hence not executable.
//
// Each situation ends in a line of the table in docs/balancers.md: what a test finds has to stand there.

declare(strict_types=1);

/** Seconds of silence after which the HAProxy that cuts by itself does so. */
const SILENCE = 2;

/** The lock modes, a pool each; lease has a table of its own, for all that use a table have to agree about leases. */
const MODES = ['row', 'lease', 'merge', 'none'];

/** A program between PHP and database servers: the first of them as long as it answers, and then the next. */
interface Balancer
{
    public function port(): int;

    /** Cuts all connections at once, whatever they do. */
    public function cut(): void;

    /** Waits until it would send new connections to its first server again. */
    public function turn_back(): void;
}

final class Haproxy implements Balancer
{
    private readonly int $port;
    private readonly string $socket;

    /**
     * @param list<int> $servers  ports of 127.0.0.1
     * @param int $silence        seconds after which it cuts a silent connection
     */
    public function __construct(string $name, private readonly array $servers, int $silence = 3600)
    {
        $this->port = free_port();
        $this->socket = folder() . "/$name.sock";
        $lines = '';
        foreach ($servers as $number => $port) {
            $lines .= "    server db$number 127.0.0.1:$port check inter 200ms fall 2 on-marked-down shutdown-sessions"
                . ($number > 0 ? " backup\n" : "\n");
        }
        file_put_contents(folder() . "/$name.conf", <<<CONF
            global
                stats socket $this->socket level admin
            defaults
                mode tcp
                timeout connect 5s
                timeout client {$silence}s
                timeout server {$silence}s
            listen database
                bind 127.0.0.1:$this->port
                # The server's greeting. Its `mysql-check` logs in by mysql_native_password, which MySQL 9 does not have.
                option tcp-check
                tcp-check expect rbinary ^.{6}000A
            $lines
            CONF);
        $program = new Program($name, ['haproxy', '-db', '-f', folder() . "/$name.conf"]);
        wait_listening($program, "127.0.0.1:$this->port");
        // Until the first checks are made it takes all servers for good.
        $this->turn_back();
    }

    public function port(): int
    {
        return $this->port;
    }

    public function cut(): void
    {
        foreach (array_keys($this->servers) as $number) {
            $this->ask("shutdown sessions server database/db$number");
        }
    }

    public function turn_back(): void
    {
        wait_until(fn() => str_contains($this->ask('show servers state'), ' db0 127.0.0.1 2 '), 10, 'HAProxy finds its first server');
    }

    private function ask(string $command): string
    {
        $socket = stream_socket_client("unix://$this->socket", timeout: 5);
        fwrite($socket, "$command\n");
        return (string) stream_get_contents($socket);
    }
}

final class Router implements Balancer
{
    private readonly int $port;
    /** Where Debian sid's packages are unpacked. */
    private readonly string $files;
    private Program $program;
    private int $starts = 0;

    /** @param list<int> $servers  ports of 127.0.0.1 */
    public function __construct(private readonly string $name, array $servers)
    {
        $this->port = free_port();
        $folder = folder();
        $this->files = rtrim((string) shell_exec(dirname(__DIR__, 2) . '/bin/mysql-files'));
        $destinations = implode(',', array_map(fn(int $port) => "127.0.0.1:$port", $servers));
        file_put_contents("$folder/$name.conf", <<<CONF
            [DEFAULT]
            logging_folder=
            plugin_folder=$this->files/usr/lib/mysqlrouter/plugin
            runtime_folder=$folder
            data_folder=$folder
            config_folder=$folder
            [routing:database]
            bind_address=127.0.0.1
            bind_port=$this->port
            destinations=$destinations
            routing_strategy=first-available
            protocol=classic
            CONF);
        $this->start();
    }

    public function port(): int
    {
        return $this->port;
    }

    /** It has no command for that; an administrator restarts it. */
    public function cut(): void
    {
        $this->program->stop(SIGKILL);
        $this->start();
    }

    /** It looks for itself whenever it is started. */
    public function turn_back(): void
    {
        $this->cut();
    }

    private function start(): void
    {
        // As bin/server starts MySQL: with the C library that it was built for.
        $loader = glob("$this->files/usr/lib*/ld-linux-*.so.*")[0];
        $libraries = implode(':', [...glob("$this->files/usr/lib/*-linux-gnu"), "$this->files/usr/lib/mysql-router"]);
        $this->program = new Program(
            $this->name . '-' . $this->starts++,
            [$loader, '--library-path', $libraries, "$this->files/usr/bin/mysqlrouter", '-c', folder() . "/$this->name.conf"],
        );
        wait_listening($this->program, "127.0.0.1:$this->port");
    }
}

/** Web servers behind a balancer: for each lock mode a pool, whose two workers have connections of their own. */
function pools_behind(Balancer $balancer, string $name): void
{
    $pools = [];
    foreach (MODES as $mode) {
        $pools["{$name}_$mode"] = rustdb_settings([
            'rustdb.socket' => '',
            'rustdb.host' => '127.0.0.1',
            'rustdb.port' => $balancer->port(),
            'rustdb.lock' => $mode,
            'rustdb.single_writer' => '1',
            'rustdb.table' => $mode === 'lease' ? 'balanced_lease' : 'balanced',
            'rustdb.idle_timeout' => SILENCE, // a held connection is never silent for half of that
        ]);
    }
    fpm($name, [], $pools, workers: 2);
}

/** One visitor of one pool. */
final class Visitor
{
    private string $sid;

    public function __construct(private readonly Http $http, private readonly string $pool)
    {
        $this->sid = $this->put('begun')->sid;
    }

    /** A request that stores a key; that it was acknowledged is checked. */
    public function put(string $key): Answer
    {
        $answer = $this->http->get("/$this->pool/put.php?key=$key", $this->sid ?? null);
        equal(200, $answer->status, "storing $key: " . $answer->summary());
        return $answer;
    }

    /** A request that has begun to, and stays at its gate until that is opened. */
    public function begin(string $key): Answer
    {
        $gate = new_gate();
        $answer = $this->http->send("/$this->pool/put.php?key=$key&gate=$gate", $this->sid);
        $this->http->until(fn() => at_gate($gate) || $answer->done, 10, 'a request is at work');
        ensure(!$answer->done, 'the request has ended: ' . $answer->summary());
        return $answer;
    }

    /** A request that may have to wait. */
    public function send(string $key): Answer
    {
        return $this->http->send("/$this->pool/put.php?key=$key", $this->sid);
    }

    /** @return list<string> */
    public function stored(): array
    {
        $answer = $this->http->get("/$this->pool/read.php", $this->sid);
        equal(200, $answer->status, 'reading: ' . $answer->summary());
        return $answer->value('session');
    }
}

/** What has become of a request that was cut: its answer and what is stored have to agree. */
function outcome(Visitor $visitor, Answer $answer, string $key): string
{
    $stored = in_array($key, $visitor->stored(), true);
    if ($answer->status !== 200) {
        ensure(!$stored, "the write was refused, and is stored: " . $answer->summary());
        ensure($answer->value('reason') !== '', 'a refused write gave no warning');
        return 'refused, with a warning';
    }
    return $stored ? 'stored' : 'overwritten';
}

/**
 * Connections are cut between two requests: the second one is served, and nobody is warned.
 *
 * @param list<Visitor> $visitors  one for each mode, as in the scenes below
 * @return list<string>            what becomes of it in each
 */
function cut_between_requests(Http $http, array $visitors, callable $cut): array
{
    $cut();
    return array_map(function (Visitor $visitor): string {
        $visitor->put('second');
        equal(['begun', 'second'], $visitor->stored(), 'what is stored');
        return 'goes on';
    }, $visitors);
}

/** Connections are cut while a request is at work, and nobody else comes. */
function cut_at_work(Http $http, array $visitors, callable $cut): array
{
    $working = array_map(fn(Visitor $visitor) => $visitor->begin('working'), $visitors);
    $cut();
    array_map(open_gate(...), Gates::$names);
    array_map($http->wait(...), $working);
    return array_map(fn(Visitor $visitor, Answer $answer) => outcome($visitor, $answer, 'working'), $visitors, $working);
}

/** The same, and another request of that session comes meanwhile. */
function cut_at_work_and_another_comes(Http $http, array $visitors, callable $cut): array
{
    $working = array_map(fn(Visitor $visitor) => $visitor->begin('working'), $visitors);
    $cut();
    $others = array_map(fn(Visitor $visitor) => $visitor->send('other'), $visitors);
    foreach (MODES as $number => $mode) {
        if ($mode !== 'lease') {
            $http->wait($others[$number]); // a lease is held on: it is not the connection's
        }
    }
    array_map(open_gate(...), Gates::$names);
    array_map($http->wait(...), [...$working, ...$others]);
    return array_map(function (Visitor $visitor, Answer $cut, Answer $other): string {
        $outcomes = [outcome($visitor, $cut, 'working'), outcome($visitor, $other, 'other')];
        return $outcomes[0] === $outcomes[1] ? "both $outcomes[0]" : "the cut one $outcomes[0], the other $outcomes[1]";
    }, $visitors, $working, $others);
}

/** Finds out what becomes of a situation in each mode; docs/balancers.md has to say the same. */
function situation(Http $http, string $name, string $words, callable $scene, callable $cut): void
{
    test("$name: $words: what docs/balancers.md says becomes of it", function () use ($http, $name, $words, $scene, $cut): void {
        $visitors = array_map(fn(string $mode) => new Visitor($http, "{$name}_$mode"), MODES);
        $line = "| $words | " . implode(' | ', $scene($http, $visitors, $cut)) . ' |';
        $page = (string) file_get_contents(dirname(__DIR__, 2) . '/docs/balancers.md');
        ensure(str_contains($page, "\n$line\n"), "no line: $line");
    });
}
