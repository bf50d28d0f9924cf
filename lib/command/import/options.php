<?php
// The command line of an import, with php.ini behind it.

declare(strict_types=1);

namespace Rustdb\Command\Import;

/** The command line, with php.ini behind it. */
final class Options
{
    /** What is no option. @var list<string> */
    public array $rest = [];
    /** @var array<string, string> */
    private array $given = [];

    /**
     * @param list<string> $arguments
     * @param string $usage which says the options, too: those with a value as --name=
     */
    public function __construct(array $arguments, string $usage, string $missing)
    {
        preg_match_all('/--([a-z-]+)=/', $usage, $known);
        preg_match_all('/^ *--([a-z-]+) /m', $usage, $flags);
        foreach ($arguments as $argument) {
            if (preg_match('/^--([a-z-]+)$/D', $argument, $match) && in_array($match[1], $flags[1], true)) {
                $this->given[$match[1]] = '1';
            } elseif (preg_match('/^--([a-z-]+)=(.*)$/s', $argument, $match) && in_array($match[1], $known[1], true)) {
                $this->given[$match[1]] = $match[2];
            } elseif (str_starts_with($argument, '-') || $argument === '' || $this->rest !== []) {
                throw new CannotBegin("what is $argument?\n\n$usage");
            } else {
                $this->rest[] = $argument;
            }
        }
        if ($this->rest === []) {
            throw new CannotBegin("$missing\n\n$usage");
        }
    }

    public function has(string $name): bool
    {
        return isset($this->given[$name]);
    }

    /** An option, else the directive of the same meaning, else the default. */
    public function get(string $name, string $directive = '', string $default = ''): string
    {
        $value = $this->given[$name] ?? ini_get($directive ?: 'rustdb.' . strtr($name, '-', '_'));
        return $value === false || $value === '' ? $default : $value;
    }

    /** A number of seconds, or a port. */
    public function number(string $name, string $directive = '', string $default = ''): int
    {
        $value = $this->get($name, $directive, $default);
        if (!preg_match('/^\d{1,9}$/D', $value)) {
            throw new CannotBegin("--$name: a whole number is needed, not '$value'");
        }
        return (int) $value;
    }

    /** The user id whose files are taken: as mod_files.c, those of its own user. Files of root are taken in any case. */
    public function owner(): int
    {
        $owner = $this->given['owner'] ?? null;
        if ($owner === null) {
            $own = posix_geteuid();
            return $own !== 0 ? $own : throw new CannotBegin(
                'root can read everybody\'s files: say whose sessions these are, as in --owner=www-data'
            );
        }
        return match (true) {
            preg_match('/^\d{1,10}$/D', $owner) === 1 => (int) $owner,
            ($user = posix_getpwnam($owner)) !== false => $user['uid'],
            default => throw new CannotBegin("--owner: there is no user $owner"),
        };
    }

    public function password(): string
    {
        $environment = getenv('RUSTDB_PASSWORD');
        $file = $this->given['password-file'] ?? '';
        if ($file === '' && $environment !== false) {
            return $environment;
        }
        $file = $file ?: $this->get('password-file');
        if ($file !== '') {
            $password = @file_get_contents($file);
            return $password !== false
                ? preg_replace('/\r?\n\z/', '', $password)
                : throw new CannotBegin("the password file $file cannot be read");
        }
        if (!stream_isatty(STDIN)) {
            return ''; // An account may have none; where it has one, the server's refusal names the remedy.
        }
        fwrite(STDERR, "password of {$this->get('user')}: ");
        shell_exec('stty -echo </dev/tty');
        $password = rtrim((string) fgets(STDIN), "\r\n");
        shell_exec('stty echo </dev/tty');
        fwrite(STDERR, "\n");
        return $password;
    }
}
