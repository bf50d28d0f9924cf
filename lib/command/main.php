<?php
// The command line: what is to be done, by which PHP, and the exit status.

declare(strict_types=1);

namespace Rustdb\Command;

require __DIR__ . '/output.php';

/** Exit statuses. */
const FINE = 0;
const WRONG = 1;
const USAGE = 2;

const HELP = <<<'TEXT'
    rustdb COMMAND [OPTION...]

      check               tells what is wrong with this configuration, its servers and its table
      gc                  deletes all expired sessions; quiet, for cron
      top                 shows what goes on: sessions, locks, writes
      sessions LABEL      lists the sessions of a label
      revoke LABEL        ends them, or some of them
      schema              prints the tables' DDL, and what an older table lacks
      import              brings the sessions of another save handler in

    `rustdb COMMAND --help` tells more of each. For all of them:

      --ini FILE          another php.ini, as php-fpm's; a folder conf.d beside it is read as well
      -d NAME=VALUE       a directive, as PHP's own -d
      --json              for programs (not import)
      --help, --version

    Exit status: 0 all well, 1 something is wrong, 2 wrong usage.

    TEXT;

/** What was asked for makes no sense; the message says why. */
final class WrongUsage extends \Exception {}

/** Something is wrong, in words. */
final class Trouble extends \Exception {}

/** @param list<string> $arguments */
function main(array $arguments): int
{
    try {
        [$arguments, $php] = for_php($arguments);
        if ($php !== null) {
            return run_php($php, $arguments);
        }
        return command($arguments);
    } catch (WrongUsage $error) {
        fwrite(STDERR, "rustdb: {$error->getMessage()}\n");
        return USAGE;
    } catch (Trouble | \Rustdb\Exception $error) {
        $message = preg_replace('/^rustdb: /', '', $error->getMessage());
        fwrite(STDERR, "rustdb: $message\n");
        return WRONG;
    }
}

/** @param list<string> $arguments */
function command(array $arguments): int
{
    $command = array_shift($arguments);
    if ($command === null || $command === '--help' || $command === 'help') {
        say(HELP);
        return $command === null ? USAGE : FINE;
    }
    if ($command === '--version') {
        say('rustdb ' . (phpversion('rustdb') ?: '(the extension is not loaded)') . ', PHP ' . PHP_VERSION . "\n");
        return FINE;
    }
    $known = [
        'check' => 'check', 'gc' => 'gc', 'top' => 'top', 'sessions' => 'labels', 'revoke' => 'labels',
        'schema' => 'schema', 'import' => 'import/import',
    ];
    isset($known[$command]) || throw new WrongUsage("what is $command? `rustdb --help` lists what there is");
    require __DIR__ . "/$known[$command].php";
    return (__NAMESPACE__ . "\\$command")($arguments);
}

/** The options of a command, taken apart: those without a value are true, those with one are lists. */
final class Options
{
    /** @var array<string, true|list<string>> */
    private array $given = [];
    /** @var list<string> */
    public array $rest = [];

    /**
     * @param list<string> $arguments
     * @param list<string> $flags options without a value; json and help are known to all
     * @param list<string> $values options with one
     */
    public function __construct(array $arguments, public readonly string $help, array $flags = [], array $values = [])
    {
        $flags = [...$flags, 'json', 'help'];
        while (($argument = array_shift($arguments)) !== null) {
            if (!str_starts_with($argument, '--')) {
                $this->rest[] = $argument;
                continue;
            } elseif ($argument === '--') {
                array_push($this->rest, ...$arguments);
                break;
            }
            [$name, $value] = explode('=', substr($argument, 2), 2) + [1 => null];
            if (in_array($name, $flags, true) && $value === null) {
                $this->given[$name] = true;
            } elseif (in_array($name, $values, true)) {
                $value ??= array_shift($arguments) ?? throw new WrongUsage("--$name needs a value");
                $this->given[$name][] = $value;
            } else {
                throw new WrongUsage("what is $argument?\n\n$help");
            }
        }
    }

    public function has(string $name): bool
    {
        return isset($this->given[$name]);
    }

    /** @return list<string> */
    public function all(string $name): array
    {
        return is_array($this->given[$name] ?? null) ? $this->given[$name] : [];
    }

    public function last(string $name, string $default): string
    {
        $all = $this->all($name);
        return $all === [] ? $default : $all[count($all) - 1];
    }

    /** Prints the help where it was asked for; refuses more or fewer arguments than these. */
    public function helps(int $least = 0, int $most = 0): bool
    {
        if ($this->has('help')) {
            say($this->help);
            return true;
        }
        $number = count($this->rest);
        $number >= $least || throw new WrongUsage("something is missing\n\n$this->help");
        $number <= $most || throw new WrongUsage("what is {$this->rest[$most]}?\n\n$this->help");
        return false;
    }
}

/** Refuses to go on without the extension. */
function need_extension(): void
{
    extension_loaded('rustdb') || throw new Trouble(
        'the extension rustdb is not loaded by this PHP (' . PHP_BINARY . ', ' . ini_files() . '): `rustdb check` tells more'
    );
}

/** Where this PHP's settings come from. */
function ini_files(): string
{
    $folder = PHP_CONFIG_FILE_SCAN_DIR;
    $scanned = php_ini_scanned_files() ? ' and ' . dirname(trim(explode(',', php_ini_scanned_files())[0])) : '';
    return (php_ini_loaded_file() ?: 'no php.ini') . $scanned;
}

/** The command line of this PHP without the script's own arguments: the same PHP with the same settings. */
function this_php(): array
{
    $line = @file_get_contents('/proc/self/cmdline');
    $parts = $line ? explode("\0", rtrim($line, "\0")) : [];
    // Empty arguments at the end were cut off with the last NUL.
    $own = count($GLOBALS['argv']);
    while ($own > 1 && $GLOBALS['argv'][$own - 1] === '') {
        $own--;
    }
    $parts = array_slice($parts, 1, count($parts) - 1 - $own);
    return [PHP_BINARY, ...$parts];
}

/**
 * Takes what is for PHP itself out of the arguments.
 *
 * @param list<string> $arguments
 * @return array{list<string>, ?array{list<string>, ?string}} the rest, and PHP's own arguments and folder of ini files
 */
function for_php(array $arguments): array
{
    $rest = $php = [];
    $folder = null;
    while (($argument = array_shift($arguments)) !== null) {
        if ($argument === '--') {
            array_push($rest, $argument, ...$arguments);
            break;
        } elseif (preg_match('/^(-d|--ini)(?:=?(.+))?$/s', $argument, $match)) {
            $value = $match[2] ?? array_shift($arguments) ?? throw new WrongUsage("$match[1] needs a value");
            if ($match[1] === '-d') {
                array_push($php, '-d', $value);
                continue;
            }
            is_file($value) && is_readable($value) || throw new WrongUsage("--ini: $value cannot be read");
            array_push($php, '-c', $value);
            $folder = is_dir(dirname($value) . '/conf.d') ? dirname($value) . '/conf.d' : $folder;
        } else {
            $rest[] = $argument;
        }
    }
    return [$rest, $php === [] ? null : [$php, $folder]];
}

/** Runs this command once more, by PHP with other settings. */
function run_php(array $php, array $arguments): int
{
    $command = [...this_php(), ...$php[0], $_SERVER['SCRIPT_FILENAME'], ...$arguments];
    $environment = getenv();
    if ($php[1] !== null) {
        $environment['PHP_INI_SCAN_DIR'] = $php[1];
    }
    $process = proc_open($command, [STDIN, STDOUT, STDERR], $pipes, null, $environment);
    return $process ? proc_close($process) : throw new Trouble('PHP cannot be started: ' . PHP_BINARY);
}
