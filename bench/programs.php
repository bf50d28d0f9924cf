<?php
// The programs that a run starts: servers, and workers that obey commands line by line. All of them end with the driver.

declare(strict_types=1);

/** A program; what it says goes to a log, unless it is talked with. */
class Program
{
    /** @var list<Program> */
    private static array $all = [];
    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    protected array $pipes = [];

    /** @param list<string> $command */
    public function __construct(public readonly string $name, array $command, array $environment = [], bool $talks = false)
    {
        $log = ['file', folder() . "/$name.log", 'a'];
        $pipe = ['pipe', 'r'];
        $this->process = proc_open(
            $command,
            [$talks ? $pipe : ['file', '/dev/null', 'r'], $talks ? ['pipe', 'w'] : $log, $log],
            $this->pipes,
            folder(),
            $environment + getenv(),
        );
        self::$all[] = $this;
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    public function running(): bool
    {
        return $this->process !== null && proc_get_status($this->process)['running'];
    }

    public function stop(): void
    {
        if ($this->process === null) {
            return;
        }
        foreach ($this->pipes as $pipe) {
            fclose($pipe);
        }
        $this->pipes = [];
        if ($this->running()) {
            proc_terminate($this->process, SIGTERM);
        }
        for ($waited = 0; $this->running(); $waited++) {
            if ($waited === 500) {
                proc_terminate($this->process, SIGKILL);
            }
            usleep(10_000);
        }
        proc_close($this->process);
        $this->process = null;
        self::$all = array_values(array_filter(self::$all, fn(Program $other) => $other !== $this));
    }

    /** What is started last is stopped first. */
    public static function stop_all(): void
    {
        foreach (array_reverse(self::$all) as $program) {
            $program->stop();
        }
    }

    public function logged(): string
    {
        return substr((string) @file_get_contents(folder() . "/$this->name.log"), -2000);
    }
}

/** A program that obeys: a line in, a line out, `ok ANSWER` or `error WHY`. */
class Worker extends Program
{
    public function __construct(string $name, array $command, array $environment = [])
    {
        parent::__construct($name, $command, $environment, talks: true);
    }

    /** Gives a command and waits for its answer. */
    public function command(string $line): string
    {
        $this->begin($line);
        return $this->answer();
    }

    public function begin(string $line): void
    {
        fwrite($this->pipes[0], "$line\n");
    }

    public function answer(): string
    {
        $line = fgets($this->pipes[1]);
        if ($line === false || !str_starts_with($line, 'ok')) {
            throw new Exception("$this->name: " . trim($line === false ? 'ended: ' . $this->logged() : $line));
        }
        return trim(substr($line, 2));
    }

    /** Lets it end by itself, which it does when nothing more can come. */
    public function finish(): void
    {
        fclose($this->pipes[0]);
        stream_get_contents($this->pipes[1]);
        unset($this->pipes[0]);
        wait_until(fn() => !$this->running(), "$this->name ends", 60);
        $this->stop();
    }

    /** A line that it says unasked. */
    public function line(): string
    {
        return trim((string) fgets($this->pipes[1]));
    }
}

/** The run's folder, on disk. */
function folder(): string
{
    return getenv('RUSTDB_TEST_DIR');
}

function wait_until(callable $condition, string $what, float $seconds = 20): void
{
    $deadline = microtime(true) + $seconds;
    while (!$condition()) {
        if (microtime(true) > $deadline) {
            throw new Exception("$what: still not so after $seconds seconds");
        }
        usleep(5_000);
    }
}

function wait_listening(Program $program, string $address): void
{
    wait_until(function () use ($program, $address): bool {
        if (!$program->running()) {
            throw new Exception("$program->name ended at once: " . $program->logged());
        }
        return (bool) @stream_socket_client($address, timeout: 1);
    }, "$program->name listens");
}

/** A port that nobody listens on, below the kernel's range for outgoing connections. */
function free_port(): int
{
    do {
        $port = random_int(20000, 31999);
    } while (@stream_socket_client("tcp://127.0.0.1:$port", timeout: 1));
    return $port;
}

pcntl_async_signals(true);
foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
    pcntl_signal($signal, function (int $signal): never {
        exit(128 + $signal);
    });
}
register_shutdown_function(function (): void {
    foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
        pcntl_signal($signal, SIG_IGN);
    }
    Program::stop_all();
});
