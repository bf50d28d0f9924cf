<?php
// The sessions of PHP's save handler `files` on disk, read as php-src's ext/session/mod_files.c would.

declare(strict_types=1);

namespace Rustdb\Command\Import;

/** session.save_path: a folder, whose files may lie N folders deep, each named by the next character of the id. */
final class Folder
{
    public readonly string $path;
    private readonly int $depth;
    /** What may be wrong where it holds no session, as the end of a sentence. */
    public string $hint = '';

    public function __construct(string $savePath)
    {
        // mod_files.c also splits at the first semicolons only: the folder's name may have more.
        preg_match('/^(?:(\d+);)?(?:([0-7]*);)?(.*)$/s', $savePath, $match);
        $this->depth = (int) $match[1];
        $this->path = rtrim($match[3], '/') ?: '/';
        is_dir($this->path) && is_readable($this->path) || throw new CannotBegin("$this->path is no folder that can be read");
    }

    public function count(): int
    {
        $count = 0;
        foreach ($this->names($this->path, $this->depth) as $ignored) {
            $count++;
        }
        return $count;
    }

    /** @return \Generator<SessionFile> */
    public function files(): \Generator
    {
        foreach ($this->names($this->path, $this->depth) as $file) {
            yield new SessionFile($file);
        }
    }

    /** The paths of all files that have a session's name. */
    private function names(string $folder, int $depth): \Generator
    {
        $handle = @opendir($folder);
        while ($handle && ($name = readdir($handle)) !== false) {
            $path = "$folder/$name";
            $is_level = preg_match('/^[A-Za-z0-9,-]$/D', $name) && is_dir($path) && !is_link($path);
            if ($depth > 0) {
                if ($is_level) {
                    yield from $this->names($path, $depth - 1);
                }
            } elseif (preg_match('/^sess_[A-Za-z0-9,-]{1,256}$/D', $name)) {
                yield $path;
            } elseif ($is_level) {
                $this->hint = "; it has nested folders: give the whole save_path, as in '2;$this->path'";
            }
        }
    }
}

/** One sess_* file. */
final class SessionFile
{
    public readonly string $id;
    /** Its name for messages, which must not show a whole id. */
    public readonly string $shown;
    /** What PHP serialised; after read(). */
    public string $data = '';
    /** Unix seconds of its last use, by this machine's clock. */
    public int $mtime = 0;
    /** Unix seconds, by the database server's clock; who imports it decides. */
    public int $expiresAt = 0;
    private array $stat = [];

    public function __construct(private readonly string $path)
    {
        $this->id = substr(basename($path), 5);
        $this->shown = 'sess_' . substr($this->id, 0, min(8, intdiv(strlen($this->id), 2))) . '…';
    }

    /** The key of rustdb's row, as 64 hexadecimal digits. */
    public function digest(): string
    {
        return hash('sha256', $this->id);
    }

    /** Null when the file is to be imported, else a word for why not. Does not open it. */
    public function look(int $owner, int $lifetime): ?string
    {
        clearstatcache(true, $this->path);
        $this->stat = @lstat($this->path) ?: [];
        if ($this->stat === []) {
            return 'gone';
        }
        $this->mtime = $this->stat['mtime'];
        return match (true) {
            // Anybody may put a link, a pipe, or a session of his own making into a folder such as /var/lib/php/sessions.
            ($this->stat['mode'] & 0170000) !== 0100000, !in_array($this->stat['uid'], [0, $owner], true) => 'foreign',
            $this->mtime + $lifetime < time() => 'expired',
            $this->stat['size'] === 0 => 'empty',
            default => null,
        };
    }

    /** Reads it as it stands between two requests. Null, or a word for why not. */
    public function read(): ?string
    {
        // n: do not hang on a pipe that was put there since the look.
        $file = @fopen($this->path, 'rn');
        if (!$file) {
            return file_exists($this->path) ? 'failed' : 'gone';
        }
        // A request holds its file locked as long as its session is open.
        if (!flock($file, LOCK_SH | LOCK_NB)) {
            return 'busy';
        }
        $now = fstat($file);
        if ([$now['dev'], $now['ino']] !== [$this->stat['dev'], $this->stat['ino']]) {
            return 'busy'; // another file by now: look again
        }
        $this->mtime = $now['mtime'];
        $this->data = (string) stream_get_contents($file);
        return $this->data === '' ? 'empty' : null;
    }
}
