--TEST--
A pooled TCP connection that a NAT or a load balancer forgot (packets vanish) delays a request by connect_timeout, and fails none
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_forgotten
rustdb.lock_wait=100
rustdb.connect_timeout=2
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

/** php-tests/connections/relay-that-forgets, between rustdb and the server. */
final class Relay
{
    private $process;
    private array $pipes = [];
    public readonly int $port;

    public function __construct()
    {
        $command = [__DIR__ . '/relay-that-forgets', getenv('RUSTDB_TEST_PORT')];
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        $this->port = (int) fgets($this->pipes[1]);
    }

    public function forget(): void
    {
        fwrite($this->pipes[0], "\n");
        if (fgets($this->pipes[1]) !== "forgotten\n") {
            throw new Exception('the relay does not forget');
        }
    }
}

$relay = new Relay();
$code = <<<'PHP'
    /** Says so where it took as long as an answer would be waited for, lock_wait and more: a busy machine needs far less. */
    function timed(string $what, callable $do): void
    {
        $began = microtime(true);
        $result = $do();
        $took = microtime(true) - $began;
        tell("$what: " . json_encode($result) . ($took < 60 ? '' : sprintf(' after %.1f s', $took)));
    }

    $start = function (array $options = []) use (&$argv) {
        session_id($argv[1]);
        return session_start($options) ? $_SESSION : null;
    };
    $start();
    $_SESSION = ['n' => 1];
    $argv[1] = session_id();
    session_write_close();
    $forget = function () {
        tell('forget');
        listen();
    };
    $forget();
    timed('start', $start);
    $forget();
    $_SESSION['n'] = 2;
    timed('write', 'session_write_close');
    $forget();
    timed('read_and_close', fn() => $start(['read_and_close' => true]));
    $start();
    $forget();
    timed('gc', 'session_gc');
    timed('touch', 'session_write_close');
    $start();
    $forget();
    $_SESSION['n'] = 3;
    timed('regenerate', fn() => session_regenerate_id(true));
    session_write_close();
    $argv[1] = session_id();
    $start();
    $forget();
    timed('destroy', 'session_destroy');
    timed('afterwards', $start);
    PHP;
foreach (['row', 'lease', 'merge', 'none'] as $mode) {
    $settings = ['rustdb.lock' => $mode, 'rustdb.socket' => '', 'rustdb.host' => "127.0.0.1:$relay->port", 'rustdb.touch_interval' => 0];
    $process = new OtherProcess($code, [new_id()], $settings);
    $said = '';
    while (($line = $process->hear()) !== false) {
        if ($line === 'forget') {
            $relay->forget();
            $process->say();
        } else {
            $said .= "$line\n";
        }
    }
    $process->end();
    echo in_array($said, $seen ?? [], true) ? "$mode: the same\n" : "$mode:\n$said";
    $seen[] = $said;
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_forgotten');
?>
--EXPECT--
row:
start: {"n":1}
write: true
read_and_close: {"n":2}
gc: 0
touch: true
regenerate: true
destroy: true
afterwards: []
lease: the same
merge: the same
none: the same
