--TEST--
rustdb has colours and moves the cursor on a terminal only
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (!is_executable('/usr/bin/script')) {
    die('skip script(1), which makes a terminal, is not there');
}
?>
--INI--
rustdb.table=t_command_tty
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

store_session([]);
/** Runs it on a terminal, where this is typed; returns what is on it. */
function on_terminal(array $arguments, string $typed = '', array $environment = []): string
{
    $command = implode(' ', array_map(escapeshellarg(...), [...php_command(GOOD), getenv('RUSTDB_ROOT') . '/bin/rustdb', ...$arguments]));
    $process = proc_open(['script', '-qec', $command, '/dev/null'], [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null,
        $environment + ['TERM' => 'xterm'] + getenv());
    if ($typed !== '') {
        // Once something is shown.
        stream_set_blocking($pipes[1], false);
        $said = '';
        wait_until(function () use (&$said, $pipes): bool {
            $said .= fread($pipes[1], 8192);
            return str_contains($said, 'LAST USE');
        });
        stream_set_blocking($pipes[1], true);
        fwrite($pipes[0], $typed);
    }
    $said = ($said ?? '') . stream_get_contents($pipes[1]);
    $status = proc_close($process);
    echo "status $status\n";
    return $said;
}
$says = fn(string $said, string ...$codes) => print(implode(', ', array_map(fn(string $code) => json_encode(str_contains($said, $code)), $codes)) . "\n");
$says(on_terminal(['check', '--root', '/nonexistent']), "\e[32m✔\e[0m", "\e[1m");
$says(on_terminal(['check', '--root', '/nonexistent'], environment: ['NO_COLOR' => '1']), '✔ rustdb', "\e[");
$says(on_terminal(['gc']), 'none left', "\r");
$says(on_terminal(['top'], 'q'), "\e[?1049h", "\e[?1049l", "\e[?25h");
$says(on_terminal(['top'], "\x03"), "\e[?1049l");
foreach (['check', 'gc', 'top'] as $command) {
    $says(rustdb([$command, ...$command === 'gc' ? ['--watch'] : []], GOOD)[1], "\e", "\r");
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_tty');
?>
--EXPECT--
status 0
true, true
status 0
true, false
status 0
true, true
status 0
true, true, true
status 0
true
false, false
false, false
false, false
