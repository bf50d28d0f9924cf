<?php
// rustdb's table, written past rustdb: many rows in a statement, and still as careful as rustdb itself. A row is what
// examples/schema.sql says; columns that are not named here get their defaults.

declare(strict_types=1);

namespace Rustdb\Command\Import;

use mysqli;
use mysqli_sql_exception;

/** A row that is there. */
final class Row
{
    public function __construct(
        public readonly string $version,
        public readonly int $expiresAt,
        /** An import has written it, and nobody since. */
        public readonly bool $ours,
    ) {}
}

final class Table
{
    /** The server lets somebody wait for a row no longer: its lock is held, or the wait would be for each other. */
    private const HELD = [1205, 1213];

    public readonly string $name;
    /** Where it is, for people. */
    public string $server = '';
    /** How many bytes of data one statement can carry. */
    public readonly int $maxBytes;
    /** Seconds by which the server's clock is ahead of this machine's. */
    public readonly int $ahead;
    private mysqli $link;

    public function __construct(Options $options, bool $makes)
    {
        $this->name = $options->get('table', default: 'rustdb_sessions');
        if (!preg_match('/^[A-Za-z0-9_$]{1,64}$/D', $this->name)) {
            throw new CannotBegin("'$this->name' is no name of a table that rustdb would use");
        }
        $this->connect($options);
        // As rustdb's own connections: no gap locks, nothing truncated. Who holds a row is not waited for, only come
        // back to: the other rows of a statement would stay locked meanwhile.
        $this->link->query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
        $this->link->query("SET SESSION autocommit=1, sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
            sql_safe_updates=0, innodb_lock_wait_timeout=1, lock_wait_timeout=60");
        [$now, $packet] = $this->link->query('SELECT UNIX_TIMESTAMP(), @@max_allowed_packet')->fetch_row();
        // Of clocks that agree as far as clocks do, every run must make the same expiry of the same file.
        $ahead = (int) $now - time();
        $this->ahead = abs($ahead) <= 2 ? 0 : $ahead;
        $this->maxBytes = (int) $packet - 128 * 1024; // the rest of a statement of 500 rows
        $this->make_sure_of_table($makes);
    }

    /**
     * The rows that there are of the given ids.
     *
     * @param list<string> $digests 64 hexadecimal digits each
     * @return array<string, Row> by digest
     */
    public function find(array $digests): array
    {
        $rows = [];
        if ($digests !== []) {
            $ids = implode(',', array_map(fn(string $digest) => "x'$digest'", $digests));
            try {
                $found = $this->link->query(
                    "SELECT LOWER(HEX(id)),CAST(version AS CHAR),version>>32,expires_at FROM `$this->name` WHERE id IN ($ids)"
                );
            } catch (mysqli_sql_exception $error) {
                return $error->getCode() === 1146 ? [] : throw $error; // a dry run where there is no table yet
            }
            while ([$digest, $version, $mark, $expires] = $found->fetch_row()) {
                $rows[$digest] = new Row($version, (int) $expires, (int) $mark === self::mark($digest));
            }
        }
        return $rows;
    }

    /**
     * Inserts what is not there.
     *
     * @param list<SessionFile> $files
     * @return ?int how many were not there; null when one of them is held by a request, and then none is inserted
     */
    public function insert(array $files): ?int
    {
        $rows = array_map(fn(SessionFile $file) => sprintf(
            "(x'%s',%s,0,%d,%d,?)",
            $file->digest(), self::new_version($file->digest()), $file->mtime + $this->ahead, $file->expiresAt,
        ), $files);
        // Not INSERT IGNORE, which would turn any other error into a warning, and deadlocks with births of sessions.
        return $this->change(
            "INSERT INTO `$this->name` (id,version,codec,created_at,expires_at,data) VALUES " . implode(',', $rows)
                . ' ON DUPLICATE KEY UPDATE id=id',
            array_map(fn(SessionFile $file) => $file->data, $files),
        );
    }

    /**
     * Replaces what an earlier import has brought, where rustdb has not written it since.
     *
     * @param list<array{SessionFile, Row}> $pairs
     * @return ?int how many were replaced; null when one of them is held by a request, and then none is
     */
    public function update(array $pairs): ?int
    {
        $updated = 0;
        $this->link->begin_transaction();
        foreach ($pairs as [$file, $row]) {
            $digest = $file->digest();
            $changed = $this->change(sprintf(
                "UPDATE `%s` SET version=%s,codec=0,expires_at=%d,data=? WHERE id=x'%s' AND version=%s",
                $this->name, self::new_version($digest), $file->expiresAt, $digest, $row->version,
            ), [$file->data]);
            if ($changed === null) {
                $this->link->rollback();
                return null;
            }
            $updated += $changed;
        }
        $this->link->commit();
        return $updated;
    }

    /** Runs a statement of somebody's own; returns how many rows it has made. */
    public function run(string $statement): int
    {
        $this->link->query($statement);
        return (int) $this->link->affected_rows;
    }

    /** @param list<string> $data */
    private function change(string $statement, array $data): ?int
    {
        try {
            $prepared = $this->link->prepare($statement);
            $prepared->execute($data);
            return (int) $prepared->affected_rows;
        } catch (mysqli_sql_exception $error) {
            return in_array($error->getCode(), self::HELD, true) ? null : throw $error;
        }
    }

    /**
     * rustdb gives each write a random version. Half of an import's tells that it is one, for this id: then a later
     * import knows without a list of its own that rustdb has not written the session since.
     */
    private static function mark(string $digest): int
    {
        return (int) hexdec(substr(hash('sha256', "rustdb import $digest"), 0, 8));
    }

    private static function new_version(string $digest): string
    {
        return sprintf('%u', self::mark($digest) << 32 | random_int(0, 0xffffffff));
    }

    /** Connects to the first server of the list that takes writes. */
    private function connect(Options $options): void
    {
        $database = $options->get('database') ?: throw new CannotBegin('which database? Set rustdb.database, or --database=');
        $socket = $options->get('socket');
        $port = $options->number('port', default: '3306');
        $password = $options->password();
        $failures = [];
        foreach ($socket !== '' ? [''] : array_map('trim', explode(',', $options->get('host', default: '127.0.0.1'))) as $host) {
            $pattern = '/^(?:\[(?<v6>[^]]+)\]|(?<name>[^:]*)|(?<bare>.*))(?::(?<port>\d+))?$/';
            preg_match($pattern, $host, $match, PREG_UNMATCHED_AS_NULL);
            // mysqli would take the word localhost for "some Unix socket".
            $name = $match['name'] === 'localhost' ? '127.0.0.1' : $match['name'] ?? '[' . ($match['v6'] ?? $match['bare']) . ']';
            $this->server = $socket ?: $host;
            try {
                $this->link = $this->open($options, $password, $database, $name, (int) ($match['port'] ?? $port), $socket);
                $read_only = $this->link->query("SHOW GLOBAL VARIABLES LIKE 'read_only'")->fetch_row()[1] ?? 'OFF';
                if ($read_only === 'OFF') {
                    return;
                }
                $failures[] = "$this->server is read-only";
            } catch (mysqli_sql_exception $error) {
                $failures[] = "$this->server: {$error->getMessage()}";
                if ($error->getCode() === 1045) {
                    $failures[] = 'PHP code cannot see rustdb.password: give --password-file= or RUSTDB_PASSWORD';
                }
            }
        }
        throw new CannotBegin('no connection: ' . implode('; ', $failures));
    }

    private function open(Options $options, string $password, string $database, string $host, int $port, string $socket): mysqli
    {
        $mode = $options->get('ssl-mode', default: 'preferred');
        $ways = match (true) {
            $socket !== '', $mode === 'disabled' => [0],
            $mode === 'preferred' => [MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT, 0],
            $mode === 'required' => [MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT],
            // PHP's client checks the host's name whenever it checks the certificate.
            in_array($mode, ['verify_ca', 'verify_identity'], true) => [MYSQLI_CLIENT_SSL],
            default => throw new CannotBegin(
                "--ssl-mode=$mode is not one of disabled, preferred, required, verify_ca, verify_identity"
            ),
        };
        if (str_starts_with($mode, 'verify') && $ways !== [0] && $options->get('ssl-ca') === '') {
            // PHP's client would check nothing, whatever else it is told.
            throw new CannotBegin("--ssl-mode=$mode needs --ssl-ca=");
        }
        foreach ($ways as $i => $flags) {
            $link = mysqli_init();
            $link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 5);
            if ($flags !== 0) {
                $ssl = array_map(fn(string $name) => $options->get($name) ?: null, ['ssl-key', 'ssl-cert', 'ssl-ca']);
                $link->ssl_set($ssl[0], $ssl[1], $ssl[2], null, null);
            }
            // Of TLS the exception says only that it failed; the warnings that come beside it say why.
            $why = '';
            set_error_handler(function (int $type, string $text) use (&$why): bool {
                $why .= ': ' . preg_replace(['/^mysqli::real_connect\(\): /', '/\s+/'], ['', ' '], $text);
                return true;
            });
            try {
                $host = $socket !== '' ? 'localhost' : $host;
                $link->real_connect($host, $options->get('user'), $password, $database, $port, $socket ?: null, $flags);
                return $link;
            } catch (mysqli_sql_exception $error) {
                // Only where the server cannot speak TLS at all is there another way.
                if ($i === count($ways) - 1 || !in_array($error->getCode(), [2002, 2006, 2026], true)) {
                    $tls = str_contains($error->getMessage(), 'SSL');
                    throw new mysqli_sql_exception($error->getMessage() . ($tls ? $why : ''), $error->getCode(), $error);
                }
            } finally {
                restore_error_handler();
            }
        }
    }

    /** Makes the table where it is missing, and sees that it is one of rustdb's. */
    private function make_sure_of_table(bool $makes): void
    {
        try {
            $this->link->query("SELECT id,version,codec,created_at,expires_at,data FROM `$this->name` LIMIT 0");
        } catch (mysqli_sql_exception $error) {
            if ($error->getCode() === 1054) {
                throw new CannotBegin("$this->name is another application's table: {$error->getMessage()}");
            } elseif ($error->getCode() !== 1146) {
                throw $error;
            } elseif (!$makes) {
                return;
            }
            // That of the sessions alone: rustdb makes the other tables when they are used, and that of labels costs time.
            try {
                ['table' => $configured, 'ddl' => $ddl] = \Rustdb\inspect('schema')[0];
            } catch (\Rustdb\Exception $wrong) {
                throw new CannotBegin("the table $this->name is missing, and {$wrong->getMessage()}");
            }
            $this->link->query(str_replace("`$configured`", "`$this->name`", $ddl));
        }
    }
}
