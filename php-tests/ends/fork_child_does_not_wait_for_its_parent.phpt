--TEST--
Whatever a forked child does to the session that its parent holds open ends at once and names the parent; afterwards the child uses it as anybody does
--EXTENSIONS--
mysqli
pcntl
posix
--INI--
session.use_strict_mode=1
rustdb.lock_wait=60
rustdb.table=t_fork_waits
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$code = <<<'PHP'
    ob_start();
    set_error_handler(function (int $level, string $text) use (&$warnings): bool {
        $warnings[] = $text;
        return true;
    });

    /** Runs $do in a child, and says what it was told: each warning once. */
    function in_child(string $name, callable $do): void
    {
        global $warnings;
        $warnings = [];
        if (!$child = pcntl_fork()) {
            $begin = microtime(true);
            $outcome = json_encode($do());
            $took = microtime(true) - $begin;
            $ours = array_filter($warnings, fn($text) => str_contains($text, 'rustdb: '));
            // What stands between the operation and the cause is the id and the place.
            $ours = preg_replace('/^.*rustdb: cannot (\S+) session \S+ \(.*?\): (.*?)' . posix_getppid() . '; .*$/', '$1: $2PARENT', $ours);
            tell("$name: $outcome" . ($took < 20 ? '' : " AFTER $took s") . implode('', array_map(fn($text) => "\n  $text", $ours)));
            posix_kill(getmypid(), SIGKILL);
        }
        pcntl_waitpid($child, $status);
    }

    $parent = getmypid();
    $id = store_session(['n' => 1]);
    $start = function () use ($id) {
        if (session_status() === PHP_SESSION_ACTIVE) {
            session_abort();
        }
        session_id($id);
        return session_start() ? $_SESSION['n'] ?? $_SESSION : false;
    };
    $start();
    $_SESSION['n'] = 2;
    in_child('destroy', fn() => session_destroy());
    in_child('regenerate and delete', fn() => session_regenerate_id(true));
    in_child('regenerate', fn() => session_regenerate_id());
    // What session_write_close() returns is another question, and for session_reset() it depends on PHP's version.
    in_child('write', fn() => session_write_close() && false);
    in_child('reset', fn() => [session_reset() && false, session_status() === PHP_SESSION_ACTIVE]);
    in_child('start', fn() => $start());
    in_child('start after a refused one', fn() => [$start(), $start()]);
    in_child('start without a lock', function () use ($start) {
        ini_set('rustdb.lock_failure', 'readonly');
        $read = $start();
        $_SESSION['n'] = 'child';
        session_write_close();
        return $read;
    });
    in_child('read and close', function () use ($id) {
        session_abort();
        session_id($id);
        session_start(['read_and_close' => true]);
        return $_SESSION['n'];
    });

    // A child that outlives all this.
    [$child_end, $parent_end] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (!$child = pcntl_fork()) {
        fgets($child_end);
        tell('the parent has written: ' . json_encode($start()));
        $_SESSION['n'] = 'child';
        session_write_close();
        tell('the child has written: ' . row($id)['data']);
        fgets($child_end);
        $start();
        tell('it waits for its turn: ' . json_encode($_SESSION['n']));
        posix_kill(getmypid(), SIGKILL);
    }
    session_write_close();
    tell('the parent writes: ' . row($id)['data']);
    fwrite($parent_end, "go\n");
    wait_until(fn() => row($id)['data'] === 'n|s:5:"child";');
    // From here on the parent holds it by another lock than at the fork, and is like any other request.
    $start();
    fwrite($parent_end, "go\n");
    usleep(300_000);
    $_SESSION['n'] = 'again';
    session_write_close();
    pcntl_waitpid($child, $status);

    // A parent that is killed lets go of nothing, and is gone.
    $start();
    if (pcntl_fork()) {
        posix_kill(getmypid(), SIGKILL);
    }
    wait_until(fn() => posix_getppid() !== $parent);
    tell('the parent was killed: ' . json_encode($start()));
    $_SESSION['n'] = 'orphan';
    session_write_close();
    tell(row($id)['data']);
    posix_kill(getmypid(), SIGKILL);
    PHP;
foreach (['row', 'lease'] as $lock) {
    echo "$lock\n";
    $process = new OtherProcess($code, [], ['rustdb.lock' => $lock, 'rustdb.lease' => '3']);
    while (($line = $process->hear()) !== false) {
        echo "$line\n";
    }
    echo $process->end();
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_fork_waits');
?>
--EXPECT--
row
destroy: false
  destroy: the session was opened before a fork, its lock belongs to process PARENT
regenerate and delete: false
  destroy: the session was opened before a fork, its lock belongs to process PARENT
regenerate: false
  write: the session was opened before a fork, its lock belongs to process PARENT
write: false
  write: the session was opened before a fork, its lock belongs to process PARENT
reset: [false,false]
  read: the session was opened before a fork, its lock belongs to process PARENT
start: false
  read: the session was opened before a fork, its lock belongs to process PARENT
start after a refused one: [false,false]
  read: the session was opened before a fork, its lock belongs to process PARENT
  read: the session was opened before a fork, its lock belongs to process PARENT
start without a lock: 1
  write: the session was opened before a fork, its lock belongs to process PARENT
read and close: 1
the parent writes: n|i:2;
the parent has written: 2
the child has written: n|s:5:"child";
it waits for its turn: "again"
the parent was killed: "again"
n|s:6:"orphan";
lease
destroy: false
  destroy: the session was opened before a fork, its lock belongs to process PARENT
regenerate and delete: false
  destroy: the session was opened before a fork, its lock belongs to process PARENT
regenerate: false
  write: the session was opened before a fork, its lock belongs to process PARENT
write: false
  write: the session was opened before a fork, its lock belongs to process PARENT
reset: [false,false]
  read: the session was opened before a fork, its lock belongs to process PARENT
start: false
  read: the session was opened before a fork, its lock belongs to process PARENT
start after a refused one: [false,false]
  read: the session was opened before a fork, its lock belongs to process PARENT
  read: the session was opened before a fork, its lock belongs to process PARENT
start without a lock: 1
  write: the session was opened before a fork, its lock belongs to process PARENT
read and close: 1
the parent writes: n|i:2;
the parent has written: 2
the child has written: n|s:5:"child";
it waits for its turn: "again"
the parent was killed: "again"
n|s:6:"orphan";
