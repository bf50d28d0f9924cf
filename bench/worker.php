<?php
// A PHP process with one save handler that runs cycles of sessions as it is told on its standard input, and says on its
// standard output `ok ANSWER`, or `error WHY` and ends. The driver (main.php) starts one for each handler.
//
//     seed COUNT BYTES NAME KIND   sessions to cycle over: NAME0, NAME1, …; KIND: letters, or shop for data as shops have it
//     adopt COUNT NAME SPREAD      the same of sessions that exist: NAME0, NAME(SPREAD), NAME(2 SPREAD), …
//     run KIND CYCLES              nanoseconds; KIND: changed, unchanged
//     times KIND CYCLES            nanoseconds of each cycle
//     paced KIND PAUSE             the same, each after a pause of so many µs, until the next line comes
//     visitors KIND CYCLES         nanoseconds; new visitors who never come back. KIND: stored, empty
//     handover REQUESTS HOLD       requests at once for one session, each holding it so many µs: nanoseconds from the
//                                  first lock to the last end, and of all holds
//     gc                           session_gc(): its count, and nanoseconds

declare(strict_types=1);

set_error_handler(function (int $level, string $text): never {
    throw new Exception($text);
});

require __DIR__ . '/common.php';

ini_set('session.use_cookies', '0');

final class BenchWorker
{
    /** @var list<string> */
    private array $ids = [];
    /** @var list<int> what each session counts: a lost or a wrong session is found at its next cycle */
    private array $counts = [];
    private int $next = 0;
    private readonly bool $symfony;
    private readonly bool $anew;
    /** The lock of a Rustdb\Handler, where that is what keeps the sessions. */
    private readonly ?string $class;

    public function __construct()
    {
        $this->symfony = getenv('BENCH_DSN') !== false;
        $this->anew = getenv('BENCH_NEW') === '1';
        $this->class = getenv('BENCH_CLASS') === '1' ? ini_get('rustdb.lock') : null;
    }

    private bool $connected = false;

    public function obey(string $line): string
    {
        $words = explode(' ', $line);
        if ($this->symfony && !$this->connected && $words[0] !== 'handover') {
            session_set_save_handler(symfony_handler(), false);
            $this->connected = true;
        }
        return (string) match ($words[0]) {
            'seed' => $this->seed((int) $words[1], (int) $words[2], $words[3], $words[4] ?? 'letters'),
            'adopt' => $this->adopt((int) $words[1], $words[2], (int) $words[3]),
            'run' => $this->run($words[1] === 'changed', (int) $words[2]),
            'times' => implode(' ', $this->times($words[1] === 'changed', (int) $words[2])),
            'paced' => implode(' ', $this->paced($words[1] === 'changed', (int) $words[2])),
            'visitors' => $this->visitors($words[1] === 'stored', (int) $words[2]),
            'handover' => $this->handover((int) $words[1], (int) $words[2]),
            'gc' => $this->gc(),
        };
    }

    private function seed(int $count, int $bytes, string $name, string $kind): string
    {
        [$this->ids, $this->counts, $this->next] = [[], [], 0];
        for ($at = 0; $at < $count; $at++) {
            $this->ids[] = "$name$at";
            $this->counts[] = 10_000_000;
            $this->store("$name$at", $bytes, $kind);
        }
        return '';
    }

    private function store(string $id, int $bytes, string $kind = 'letters'): void
    {
        $data = ['n' => 10_000_000] + ($kind === 'shop' ? shop_data($bytes) : [
            'data' => substr(str_repeat('abcdefghijklmnopqrstuvwxyz', intdiv($bytes, 26) + 1), 0, $bytes),
        ]);
        if ($this->class !== null) {
            (new Rustdb\Handler(['lock' => $this->class]))->write($id, serialize($data));
            return;
        }
        $this->request();
        session_id($id);
        session_start();
        $_SESSION = $data;
        session_write_close();
    }

    private function adopt(int $count, string $name, int $spread): string
    {
        [$this->ids, $this->counts, $this->next] = [[], [], 0];
        for ($at = 0; $at < $count; $at++) {
            $this->ids[] = $name . $at * $spread;
            $this->counts[] = 10_000_000;
        }
        return '';
    }

    /** What a new request begins with: frameworks make a handler, which makes its connection. */
    private function request(): void
    {
        if ($this->anew) {
            session_set_save_handler(symfony_handler(), false);
        }
    }

    private function cycle(bool $changed): void
    {
        $at = $this->next;
        $this->next = ($at + 1) % count($this->ids);
        if ($this->class !== null) {
            $this->cycle_of_class($at, $changed);
            return;
        }
        if ($this->anew) {
            $this->request();
        }
        session_id($this->ids[$at]);
        session_start();
        if ($_SESSION['n'] !== $this->counts[$at]) {
            throw new Exception("session {$this->ids[$at]} has lost something");
        }
        if ($changed) {
            $_SESSION['n'] = ++$this->counts[$at];
        }
        session_write_close();
    }

    /** The same work as frameworks do it, which make an object in each request and serialise by themselves. */
    private function cycle_of_class(int $at, bool $changed): void
    {
        $handler = new Rustdb\Handler(['lock' => $this->class]);
        $data = unserialize($handler->read($this->ids[$at]));
        if ($data['n'] !== $this->counts[$at]) {
            throw new Exception("session {$this->ids[$at]} has lost something");
        }
        if ($changed) {
            $data['n'] = ++$this->counts[$at];
        }
        $handler->write($this->ids[$at], serialize($data));
    }

    private function run(bool $changed, int $cycles): int
    {
        $begin = hrtime(true);
        for ($i = 0; $i < $cycles; $i++) {
            $this->cycle($changed);
        }
        return hrtime(true) - $begin;
    }

    private function times(bool $changed, int $cycles): array
    {
        $times = [];
        for ($i = 0; $i < $cycles; $i++) {
            $begin = hrtime(true);
            $this->cycle($changed);
            $times[] = hrtime(true) - $begin;
        }
        return $times;
    }

    private function paced(bool $changed, int $pause): array
    {
        $times = [];
        do {
            usleep($pause);
            $begin = hrtime(true);
            $this->cycle($changed);
            $times[] = hrtime(true) - $begin;
            [$read, $none] = [[STDIN], null];
        } while (stream_select($read, $none, $none, 0) === 0);
        fgets(STDIN);
        return $times;
    }

    private function visitors(bool $stored, int $cycles): int
    {
        $begin = hrtime(true);
        for ($i = 0; $i < $cycles; $i++) {
            $this->request();
            session_id('');
            session_start();
            if ($stored) {
                $_SESSION['token'] = '0123456789abcdef0123456789abcdef';
            }
            session_write_close();
        }
        return hrtime(true) - $begin;
    }

    private function handover(int $requests, int $hold): string
    {
        // This process opens nothing: what the children inherit would not be theirs.
        $name = 'handover' . bin2hex(random_bytes(8));
        [$begin_read, $begin_write] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $children = [];
        for ($at = 0; $at < $requests; $at++) {
            [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
            if (pcntl_fork() === 0) {
                fclose($begin_write);
                fwrite($theirs, $this->handover_child($name, $at, $hold, $begin_read, $theirs) . "\n");
                // No destructors: what was inherited is the parent's.
                posix_kill(posix_getpid(), SIGKILL);
            }
            fclose($theirs);
            $children[] = $ours;
        }
        fclose($begin_read);
        foreach ($children as $child) {
            $this->heard($child); // ready
        }
        fclose($begin_write);
        [$first, $last, $held] = [PHP_INT_MAX, 0, 0];
        foreach ($children as $child) {
            [$locked, $let_go, $end] = array_map('intval', explode(' ', $this->heard($child)));
            $first = min($first, $locked);
            $last = max($last, $end);
            $held += $let_go - $locked;
        }
        while (pcntl_wait($status) > 0);
        return $last - $first . " $held";
    }

    private function heard($child): string
    {
        $line = trim((string) fgets($child));
        if ($line === '' || str_starts_with($line, 'error')) {
            throw new Exception("a request of the handover: $line");
        }
        return $line;
    }

    private function handover_child(string $name, int $at, int $hold, $begin, $parent): string
    {
        try {
            if ($this->symfony) {
                session_set_save_handler(symfony_handler(), false);
            }
            // The first makes the session; the others warm up upon one of their own.
            $this->store($at === 0 ? $name : "{$name}x$at", 1000);
            fwrite($parent, "ready\n");
            fgets($begin);
            $this->request();
            session_id($name);
            session_start();
            $locked = hrtime(true);
            usleep($hold);
            $_SESSION['n']++;
            $let_go = hrtime(true);
            session_write_close();
            return "$locked $let_go " . hrtime(true);
        } catch (Throwable $error) {
            return "error {$error->getMessage()}";
        }
    }

    private function gc(): string
    {
        $begin = hrtime(true);
        session_id('gc' . bin2hex(random_bytes(8)));
        session_start();
        $count = session_gc();
        session_destroy();
        return $count . ' ' . hrtime(true) - $begin;
    }
}

/** About so many bytes of what a shop keeps: a user with tokens that nobody can compress, and items that are much alike. */
function shop_data(int $bytes): array
{
    $data = ['_token' => bin2hex(random_bytes(20)), 'user' => [
        'id' => random_int(1, 1_000_000), 'email' => bin2hex(random_bytes(5)) . '@example.org', 'locale' => 'de_DE',
        'roles' => ['customer', 'newsletter'], 'remember' => base64_encode(random_bytes(32)), 'last_seen' => time(),
    ], 'items' => []];
    for ($length = strlen(serialize($data)); $length < $bytes - 100; $length += strlen(serialize($item)) + 7) {
        $data['items'][] = $item = [
            'sku' => sprintf('ART-%06d', random_int(0, 999_999)),
            'title' => ['Cotton shirt', 'Garden chair', 'Coffee mug', 'Desk lamp'][random_int(0, 3)] . ', size ' . random_int(1, 60),
            'price' => random_int(100, 99_999) / 100, 'quantity' => random_int(1, 9), 'added' => time() - random_int(0, 9999),
            'options' => ['color' => ['red', 'green', 'blue'][random_int(0, 2)], 'gift' => (bool) random_int(0, 1)],
        ];
    }
    return $data;
}

$worker = new BenchWorker();
while (($line = fgets(STDIN)) !== false) {
    try {
        fwrite(STDOUT, 'ok ' . $worker->obey(rtrim($line)) . "\n");
    } catch (Throwable $error) {
        fwrite(STDOUT, 'error ' . strtr($error->getMessage(), "\n", ' ') . "\n");
        exit(1);
    }
}
