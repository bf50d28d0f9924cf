<?php
// Takes session files in batches, and tells what became of them. It may be ended and run again at any time: what is there
// already is passed over, without reading its file. A session that rustdb has written is never touched; one that only an
// earlier run has brought is brought up to date where its file is newer. Files are never changed or deleted.

declare(strict_types=1);

namespace Rustdb\Command\Import;

/** How many files are asked for and sent at once, and how many bytes of data; the server's packets may be smaller. */
const BATCH_FILES = 500;
const BATCH_BYTES = 1 << 20;

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
        fwrite(STDERR, (stream_isatty(STDERR) ? "\r" : '') . "rustdb import: $text\n");
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
