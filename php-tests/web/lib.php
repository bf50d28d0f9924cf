<?php
// The harness of the web tests: what a test is, what is cleaned up when one ends, the processes
// that it starts, and its look at the database. Programs that serve pages are in site.php, the
// client is in http.php. Not a test itself, hence not executable.
//
// A test file is run by php-tests/run as `php -n -c INI FILE`, with RUSTDB_TEST_* in the
// environment. It prints `ok NAME` or `not ok NAME: why` for every check.

declare(strict_types=1);

foreach (['posix', 'curl', 'mysqlnd', 'mysqli'] as $extension) {
    if (!extension_loaded($extension)) {
        dl("$extension.so");
    }
}

require __DIR__ . '/http.php';
require __DIR__ . '/site.php';

final class Failed extends Exception {}
final class Skipped extends Exception {}

putenv('PATH=' . getenv('PATH') . ':/usr/sbin:/sbin'); // Where nginx is; a user's PATH may lack it.
error_reporting(E_ALL);
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
// A test that stumbles must fail, so every notice is an exception.
set_error_handler(function (int $level, string $text, string $file, int $line): bool {
    if (error_reporting() & $level) {
        throw new ErrorException($text, 0, $level, $file, $line);
    }
    return true;
});

// ---- tests and what they say -------------------------------------------------------------------

/** Runs one check and prints its line. A check fails by an exception, and by nothing else. */
function test(string $name, callable $body): void
{
    try {
        $body();
        echo "ok $name\n";
    } catch (Skipped $skipped) {
        echo "ok $name # SKIP {$skipped->getMessage()}\n";
    } catch (Throwable $error) {
        Teardown::$failed = true;
        $where = $error instanceof Failed ? '' : sprintf(' (%s:%d)', basename($error->getFile()), $error->getLine());
        echo "not ok $name: ", strtr($error->getMessage(), "\n", ' '), "$where\n";
    } finally {
        // A failed check may have left requests at their gates; they must not hold up the next one.
        array_map(open_gate(...), Gates::$names);
    }
}

function ensure(bool $good, string $why): void
{
    if (!$good) {
        throw new Failed($why);
    }
}

function equal(mixed $expected, mixed $actual, string $what): void
{
    $show = fn(mixed $value): string => substr(json_encode($value), 0, 300);
    ensure($expected === $actual, "$what: expected {$show($expected)}, got {$show($actual)}");
}

/** Every answer is a 200; the reasons of those that are not are told, most frequent first. */
function all_acknowledged(array $answers): void
{
    $reasons = [];
    foreach ($answers as $answer) {
        if ($answer->status !== 200) {
            $reasons[] = $answer->summary();
        }
    }
    if ($reasons !== []) {
        $counted = array_count_values($reasons);
        arsort($counted);
        throw new Failed(sprintf(
            '%d of %d requests failed, most often (%d times): %s',
            count($reasons), count($answers), reset($counted), key($counted),
        ));
    }
}

/** Polls until $condition holds and returns what it returned; for use where no request is under way. */
function wait_until(callable $condition, float $seconds, string $what): mixed
{
    $deadline = microtime(true) + $seconds;
    while (!($result = $condition())) {
        ensure(microtime(true) < $deadline, "$what: still not so after $seconds seconds");
        usleep(10_000);
    }
    return $result;
}

function setting(string $name): string
{
    $value = getenv($name);
    if ($value === false) {
        fwrite(STDERR, "$name is not set: web tests are run by php-tests/run\n");
        exit(2);
    }
    return $value;
}

// ---- the end of a run --------------------------------------------------------------------------

final class Teardown
{
    public static bool $failed = false;
    /** @var list<callable> */
    private static array $steps = [];

    /** What is started last is stopped first. */
    public static function add(callable $step): void
    {
        array_unshift(self::$steps, $step);
    }

    public static function run(): void
    {
        // A second Ctrl-C must not interrupt the cleaning.
        foreach ([SIGINT, SIGTERM, SIGHUP, SIGALRM] as $signal) {
            pcntl_signal($signal, SIG_IGN);
        }
        foreach (self::$steps as $step) {
            try {
                $step();
            } catch (Throwable $error) {
                self::$failed = true;
                echo "not ok the run is cleaned up: {$error->getMessage()}\n";
            }
        }
    }
}

pcntl_async_signals(true);
foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
    pcntl_signal($signal, function (int $signal): never {
        exit(128 + $signal);
    });
}
// Nothing here needs minutes: a test that hangs is told so, with its name missing from the output.
time_limit(180);

set_exception_handler(function (Throwable $error): void {
    Teardown::$failed = true;
    echo "not ok the file runs to its end: {$error->getMessage()} ({$error->getFile()}:{$error->getLine()})\n";
});

register_shutdown_function(function (): void {
    Teardown::run();
    if (Teardown::$failed) {
        exit(1);
    }
});

/** Ends this test file when it still runs after so many seconds from now. */
function time_limit(int $seconds): void
{
    pcntl_signal(SIGALRM, function () use ($seconds): never {
        Teardown::$failed = true;
        echo "not ok the file ends in time: it still ran after $seconds seconds\n";
        exit(1);
    });
    pcntl_alarm($seconds);
}

/** The folder of this test file. It is removed at the end; what a failed one logged is kept beside the run's logs. */
function folder(): string
{
    static $folder = null;
    if ($folder === null) {
        $name = 'web-' . basename($_SERVER['SCRIPT_FILENAME'], '.php');
        $folder = setting('RUSTDB_TEST_DIR') . "/$name-" . getmypid();
        mkdir("$folder/gates", 0755, recursive: true);
        Teardown::add(function () use ($folder, $name): void {
            $here = escapeshellarg($folder);
            if (Teardown::$failed) {
                $kept = escapeshellarg(setting('RUSTDB_TEST_DIR') . "/logs/$name");
                exec("mkdir -p $kept && cp $here/*.log $here/*.conf $here/*.ini $kept/ 2>&1");
            }
            exec("rm -rf $here");
        });
        putenv("GATES=$folder/gates");
    }
    return $folder;
}

/** Ends a test file that needs something which is not there. */
function skip_file(string $why): never
{
    test('needs', fn() => throw new Skipped($why));
    exit;
}

// ---- processes ---------------------------------------------------------------------------------

/** A program in a process group of its own, so that its workers end with it whatever happens. */
final class Program
{
    /** @var resource */
    private $process;
    public readonly int $pid;
    public readonly string $log;
    private ?int $status = null;

    /** @param list<string> $command */
    public function __construct(public readonly string $name, array $command, array $environment = [])
    {
        $this->log = folder() . "/$name.log";
        $output = ['file', $this->log, 'a'];
        $this->process = proc_open(
            ['setsid', ...$command],
            [['file', '/dev/null', 'r'], $output, $output],
            $pipes,
            folder(),
            $environment + getenv(),
        );
        $this->pid = proc_get_status($this->process)['pid'];
        Teardown::add(fn() => $this->stop());
    }

    public function signal(int $signal): void
    {
        posix_kill($this->pid, $signal);
    }

    /** The exit status once the program has ended (128 + signal as in a shell), null while it runs. */
    public function ended(): ?int
    {
        if ($this->status === null) {
            $now = proc_get_status($this->process);
            if (!$now['running']) {
                $this->status = $now['signaled'] ? 128 + $now['termsig'] : $now['exitcode'];
            }
        }
        return $this->status;
    }

    /** Ends the program and what it started; returns its exit status. */
    public function stop(int $signal = SIGTERM, float $seconds = 10): int
    {
        if ($this->ended() === null) {
            $this->signal($signal);
            $deadline = microtime(true) + $seconds;
            while ($this->ended() === null && microtime(true) < $deadline) {
                usleep(5_000);
            }
        }
        posix_kill(-$this->pid, SIGKILL);
        while ($this->ended() === null) {
            usleep(5_000);
        }
        return $this->status;
    }

    public function logged(): string
    {
        return (string) file_get_contents($this->log);
    }
}

/** The last checks of a file: nothing in the programs' logs that a page could not answer for itself, and no secret. */
function no_worker_crashed(): void
{
    test('no worker crashed', function (): void {
        foreach (glob(folder() . '/*.log') as $log) {
            // Those that a test has ended itself died of SIGKILL or SIGTERM.
            $crash = '/.*(exited on signal (?!9 |15 )|panicked|PHP Fatal|PHP Warning|memory leaks detected).*/';
            ensure(!preg_match($crash, (string) file_get_contents($log), $match), $match[0] ?? '');
        }
    });
    test('no log shows the password or a whole session id', function (): void {
        $secret = '/.*(' . preg_quote(setting('RUSTDB_TEST_PASSWORD')) . '|rustdb: .*\b[0-9a-f]{32}\b).*/';
        foreach (glob(folder() . '/*.log') as $log) {
            ensure(!preg_match($secret, (string) file_get_contents($log), $match), $match[0] ?? '');
        }
    });
}

/** Pids of the children of $pid: the workers of a master. */
function children_of(int $pid): array
{
    $list = @file_get_contents("/proc/$pid/task/$pid/children");
    return array_map('intval', preg_split('/\s+/', (string) $list, -1, PREG_SPLIT_NO_EMPTY));
}

/** Whether a process has not ended, be it ours or not. */
function is_running(int $pid): bool
{
    return posix_kill($pid, 0) && !str_contains((string) @file_get_contents("/proc/$pid/stat"), ') Z ');
}

function free_port(): int
{
    $socket = stream_socket_server('tcp://127.0.0.1:0');
    return (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
}

// ---- gates: a page stops at one until the test lets it go on ------------------------------------

final class Gates
{
    /** @var list<string> */
    public static array $names = [];
}

/** A gate that no other request has passed. */
function new_gate(): string
{
    return Gates::$names[] = 'gate' . count(Gates::$names);
}

/** The pid of the worker that stands at the gate, null while none does. */
function at_gate(string $gate): ?int
{
    $file = folder() . "/gates/$gate.reached";
    return is_file($file) ? (int) file_get_contents($file) : null;
}

function open_gate(string $gate): void
{
    touch(folder() . "/gates/$gate.open");
}

// ---- the database ------------------------------------------------------------------------------

/** An administrator's connection: sees what the sessions' own user may not. */
function admin(): mysqli
{
    return new mysqli(
        setting('RUSTDB_TEST_HOST'),
        setting('RUSTDB_TEST_ADMIN_USER'),
        setting('RUSTDB_TEST_ADMIN_PASSWORD'),
        setting('RUSTDB_TEST_DATABASE'),
        (int) setting('RUSTDB_TEST_PORT'),
    );
}

/** The first column of a query's rows. */
function column(mysqli $database, string $query): array
{
    return array_column($database->query($query)->fetch_all(), 0);
}

/** What a session's counter is in its row. */
function counter_on(mysqli $admin, string $sid): ?int
{
    $data = column($admin, "SELECT data FROM rustdb_sessions WHERE id = UNHEX(SHA2('$sid', 256))")[0] ?? '';
    return preg_match('/(?:^|;)n\|i:(\d+);/', $data, $match) ? (int) $match[1] : null;
}

/** How many statements wait for a row that another transaction has locked, or in the line of those that will. */
function lock_waiters(mysqli $admin): int
{
    // Not from innodb_trx: it is a copy that is not renewed as long as somebody reads it often.
    $for_rows = (int) $admin->query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")->fetch_row()[1];
    $states = array_column($admin->query('SHOW PROCESSLIST')->fetch_all(MYSQLI_ASSOC), 'State');
    return $for_rows + count(array_keys($states, 'User lock', true));
}

/** The connections that rustdb has open, by their id. */
function connections(mysqli $admin, ?string $user = null): array
{
    $user ??= setting('RUSTDB_TEST_USER');
    $rows = $admin->query('SHOW PROCESSLIST')->fetch_all(MYSQLI_ASSOC);
    return array_column(array_filter($rows, fn(array $row) => $row['User'] === $user), 'Id');
}

/** The rustdb.* directives that reach the test's server, over its socket where it offers one. */
function rustdb_settings(array $more = []): array
{
    $socket = setting('RUSTDB_TEST_SOCKET');
    $way = $socket !== ''
        ? ['rustdb.socket' => $socket]
        : ['rustdb.host' => setting('RUSTDB_TEST_HOST'), 'rustdb.port' => setting('RUSTDB_TEST_PORT')];
    return $more + $way + [
        'rustdb.user' => setting('RUSTDB_TEST_USER'),
        'rustdb.password' => setting('RUSTDB_TEST_PASSWORD'),
        'rustdb.database' => setting('RUSTDB_TEST_DATABASE'),
    ];
}
