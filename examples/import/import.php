#!/usr/bin/env php
<?php
// Brings the sessions of PHP's save handler `files` (a folder of sess_* files) into rustdb's table, under their ids and
// with their last use, so that nobody is signed out by the move. README.md beside this file says when to run it.
//
// It may be ended and run again at any time: what is there already is passed over, without reading its file. A session
// that rustdb has written is never touched; one that only an earlier run has brought is brought up to date where its
// file is newer. Files are never changed or deleted.

declare(strict_types=1);

require __DIR__ . '/folder.php';
require __DIR__ . '/table.php';

const USAGE = <<<'TEXT'
    php import.php [OPTION...] SAVE_PATH

    SAVE_PATH is the session.save_path of the site: a folder, or N;/folder or N;MODE;/folder for nested ones.

      --dry-run             read everything, write nothing, and tell what would happen
      --owner=USER          whose files to take; those of others are skipped, as PHP does. Must be given by root
      --lifetime=SECONDS    how long after its last use a session ends (default: session.gc_maxlifetime)
      --wait=SECONDS        how long to come back to sessions that requests hold (default: 30)
      --password-file=FILE  the database password; else the environment's RUSTDB_PASSWORD, the file of
                            rustdb.password_file, or a question on the terminal
      --socket= --host= --port= --user= --database= --table= --ssl-mode= --ssl-ca= --ssl-cert= --ssl-key=
                            in place of the CLI's rustdb.* directives, which are used where these are not given

    Exit status: 0 when all is there, 1 when something was left out (run it again), 2 when it could not begin.

    TEXT;

/** How many files are asked for and sent at once, and how many bytes of data; the server's packets may be smaller. */
const BATCH_FILES = 500;
const BATCH_BYTES = 1 << 20;

final class CannotBegin extends Exception {}

/** The command line, with php.ini behind it. */
final class Options
{
    public string $savePath = '';
    public bool $dryRun = false;
    /** @var array<string, string> */
    private array $given = [];

    /** @param list<string> $arguments */
    public function __construct(array $arguments)
    {
        preg_match_all('/--([a-z-]+)=/', USAGE, $known);
        foreach ($arguments as $argument) {
            if ($argument === '--help') {
                echo USAGE;
                exit(0);
            } elseif ($argument === '--dry-run') {
                $this->dryRun = true;
            } elseif (preg_match('/^--([a-z-]+)=(.*)$/s', $argument, $match) && in_array($match[1], $known[1], true)) {
                $this->given[$match[1]] = $match[2];
            } elseif (str_starts_with($argument, '-') || $argument === '' || $this->savePath !== '') {
                throw new CannotBegin("what is $argument?\n\n" . USAGE);
            } else {
                $this->savePath = $argument;
            }
        }
        if ($this->savePath === '') {
            throw new CannotBegin("which folder?\n\n" . USAGE);
        }
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

/** What became of the files, and telling it. */
final class Report
{
    private const WORDS = [
        'imported' => 'imported',
        'updated' => 'brought up to date (imported before, the file is newer)',
        'same' => 'imported before',
        'kept' => 'left as rustdb has them',
        'expired' => 'expired',
        'empty' => 'without data',
        'foreign' => 'of another owner, or no plain file',
        'gone' => 'gone meanwhile',
        'busy' => 'held by requests: run it again',
        'failed' => 'FAILED',
    ];
    /** @var array<string, int> */
    private array $counts = [];
    private float $lastTold;

    public function __construct(private readonly int $total)
    {
        $this->lastTold = microtime(true);
    }

    public function count(string $what, int $times = 1): void
    {
        if ($times === 0) {
            return;
        }
        $this->counts[$what] = ($this->counts[$what] ?? 0) + $times;
        $terminal = stream_isatty(STDERR);
        if (microtime(true) - $this->lastTold >= ($terminal ? 0.2 : 10)) {
            $this->lastTold = microtime(true);
            $done = number_format(array_sum($this->counts));
            fwrite(STDERR, ($terminal ? "\r" : '') . "$done of " . number_format($this->total) . ($terminal ? ' ' : "\n"));
        }
    }

    public function problem(string $text): void
    {
        fwrite(STDERR, (stream_isatty(STDERR) ? "\r" : '') . "import: $text\n");
    }

    /** Prints the counts; whether nothing was left out. */
    public function close(bool $dryRun): bool
    {
        fwrite(STDERR, stream_isatty(STDERR) ? "\r" : '');
        foreach (self::WORDS as $name => $words) {
            if (isset($this->counts[$name]) || $name === 'imported') {
                printf("%9s %s\n", number_format($this->counts[$name] ?? 0), $words);
            }
        }
        if ($dryRun) {
            echo "This was a dry run: nothing was written.\n";
        }
        return !isset($this->counts['busy']) && !isset($this->counts['failed']);
    }
}

/** Takes files in batches, asks the table which sessions it has, reads the files that are needed, and writes them. */
final class Import
{
    /** @var list<SessionFile> found in use, to be looked at once more */
    private array $later = [];

    public function __construct(
        private readonly Table $table,
        private readonly Report $report,
        private readonly int $lifetime,
        private readonly int $owner,
        private readonly bool $dryRun,
    ) {}

    /** @param iterable<SessionFile> $files */
    public function run(iterable $files, int $wait): void
    {
        $batch = [];
        foreach ($files as $file) {
            $batch[] = $file;
            if (count($batch) === BATCH_FILES) {
                $this->batch($batch);
                $batch = [];
            }
        }
        $this->batch($batch);
        // Requests hold their sessions for as long as they run.
        $deadline = microtime(true) + $wait;
        while ($this->later !== [] && microtime(true) < $deadline) {
            usleep(200_000);
            [$again, $this->later] = [$this->later, []];
            array_map($this->batch(...), array_chunk($again, BATCH_FILES));
        }
        $this->report->count('busy', count($this->later));
    }

    /** @param list<SessionFile> $files */
    private function batch(array $files): void
    {
        $taken = [];
        foreach ($files as $file) {
            $why = $this->look($file);
            if ($why !== null) {
                $this->report->count($why);
            } else {
                $taken[$file->digest()] = $file;
            }
        }
        $there = $this->table->find(array_keys($taken));
        $work = [];
        $bytes = 0;
        foreach ($taken as $digest => $file) {
            $row = $there[$digest] ?? null;
            if ($row && !$row->ours) {
                $this->report->count('kept');
            } elseif ($row && $row->expiresAt >= $file->expiresAt) {
                $this->report->count('same');
            } elseif ($this->read($file) && $this->fits($file)) {
                if ($bytes + strlen($file->data) > min(BATCH_BYTES, $this->table->maxBytes)) {
                    $this->write($work);
                    $work = [];
                    $bytes = 0;
                }
                $work[] = [$file, $row];
                $bytes += strlen($file->data);
            }
        }
        $this->write($work);
    }

    /** @param list<array{SessionFile, ?Row}> $work what was read, and the row that it is to replace, if there is one */
    private function write(array $work): void
    {
        $new = array_values(array_filter($work, fn(array $pair) => $pair[1] === null));
        $this->write_all($new, 'imported', fn(array $pairs) => $this->table->insert(array_column($pairs, 0)));
        $old = array_values(array_filter($work, fn(array $pair) => $pair[1] !== null));
        $this->write_all($old, 'updated', $this->table->update(...));
        foreach ($work as [$file]) {
            $file->data = ''; // some are kept for later
        }
    }

    /**
     * @param list<array{SessionFile, ?Row}> $pairs
     * @param callable $write writes all of them and tells how many rustdb had not written first; null when one is held
     */
    private function write_all(array $pairs, string $done, callable $write): void
    {
        $written = match (true) {
            $pairs === [] => 0,
            $this->dryRun => count($pairs),
            default => $write($pairs),
        };
        if ($written !== null) {
            $this->report->count($done, $written);
            $this->report->count('kept', count($pairs) - $written); // rustdb was faster
        } elseif (count($pairs) === 1) {
            $this->later[] = $pairs[0][0];
        } else {
            // A request holds one of them, or a session is just being born under its id. The others need not wait for it.
            foreach ($pairs as $pair) {
                $this->write_all([$pair], $done, $write);
            }
        }
    }

    private function look(SessionFile $file): ?string
    {
        $why = $file->look($this->owner, $this->lifetime);
        $file->expiresAt = $file->mtime + $this->lifetime + $this->table->ahead;
        return $why;
    }

    /** Reads a file; where that is not possible or not due, counts it and is false. */
    private function read(SessionFile $file): bool
    {
        $why = $file->read();
        // A request may use it once more within the second that its mtime names: the next run has to find it newer.
        $hot = $file->mtime >= time() - 1 ? 1 : 0;
        $file->expiresAt = $file->mtime + $this->lifetime + $this->table->ahead - $hot;
        if ($why === 'busy') {
            $this->later[] = $file;
        } elseif ($why !== null) {
            $this->report->count($why);
            if ($why === 'failed') {
                $this->report->problem("$file->shown cannot be read");
            }
        }
        return $why === null;
    }

    private function fits(SessionFile $file): bool
    {
        if (strlen($file->data) <= $this->table->maxBytes) {
            return true;
        }
        $this->report->count('failed');
        $this->report->problem(sprintf(
            '%s has %d bytes, more than the server\'s max_allowed_packet lets through', $file->shown, strlen($file->data),
        ));
        return false;
    }
}

function main(array $arguments): int
{
    foreach (['mysqli', 'posix'] as $extension) {
        extension_loaded($extension) || throw new CannotBegin("PHP's extension $extension is needed");
    }
    $options = new Options($arguments);
    if (ini_get('rustdb.encryption') === 'required') {
        throw new CannotBegin(
            'rustdb.encryption=required refuses the plain rows that this program writes: import with '
            . 'rustdb.encryption=optional, which encrypts each session at its next write, and require it later'
        );
    }
    $lifetime = $options->number('lifetime', 'session.gc_maxlifetime', '1440');
    $wait = $options->number('wait', default: '30');
    $owner = $options->owner();
    $folder = new Folder($options->savePath);
    $table = new Table($options);
    echo "from $folder->path, sessions end $lifetime seconds after their last use\nto   $table->name on $table->server\n";
    $total = $folder->count();
    if ($total === 0) {
        throw new CannotBegin("there are no sess_* files$folder->hint");
    }
    $report = new Report($total);
    (new Import($table, $report, $lifetime, $owner, $options->dryRun))->run($folder->files(), $wait);
    return $report->close($options->dryRun) ? 0 : 1;
}

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
try {
    exit(main(array_slice($argv, 1)));
} catch (CannotBegin $error) {
    fwrite(STDERR, "import: {$error->getMessage()}\n");
    exit(2);
} catch (mysqli_sql_exception $error) {
    // What was written stays; the next run goes on from there.
    fwrite(STDERR, "\nimport: the server says {$error->getCode()}: {$error->getMessage()}\nRun it again to go on.\n");
    exit(1);
}
