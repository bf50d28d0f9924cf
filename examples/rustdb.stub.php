<?php

/**
 * The functions and classes of the extension rustdb, for editors and static analysers; PHP itself never loads this file.
 */

namespace Rustdb;

/**
 * What this process knows of its sessions' pool, for monitoring. Cheap: it reads counters and asks no server.
 *
 * - `version`: that of rustdb
 * - `server`, `server_version`: where the last new connection went, null before the first one
 * - `tls`: the version of TLS that encrypts that connection, "TLS 1.3" or "TLS 1.2"; null where nothing does
 * - `table`: with its database; `lock`: "row", "merge", "lease" or "none"
 * - `pool`: connections of this process; `size` is how many there may be, `waits` how often a request had to wait for one
 * - `counters`: since the start of the process. `connects` are all connections made, `reconnects` those that replaced
 *   one; `reads` sessions read, `touches` unchanged sessions whose expiry was moved; `births` are sessions stored for the first time (and `writes`, too), `empty_births` new sessions left without
 *   data; `lock_waits` starts that took longer than 10 ms to get their session, `lock_wait_us` their microseconds in all;
 *   `lock_timeouts` starts that gave up after rustdb.lock_wait; `retries` statements that were tried again;
 *   `refused_writes` writes that failed with a warning, `fencing_refusals` those of them that would have overwritten
 *   another request's; `merges` writes under rustdb.lock=merge that were put together with another request's,
 *   `merge_conflicts` what both had changed in them, or in writes that were refused for it; `collected_rows` sessions deleted by gc
 *
 * Where the configuration is wrong it is empty, with a warning.
 *
 * @return array{
 *     version: string,
 *     server: ?string,
 *     server_version: ?string,
 *     tls: ?string,
 *     table: string,
 *     lock: string,
 *     pool: array{size: int, in_use: int, idle: int, waits: int},
 *     counters: array<string, int>,
 * }|array{}
 */
function status(): array
{
}

/**
 * What the command `rustdb` reads: it asks the servers, and changes nothing. Keys may be added in any version.
 *
 * - "hosts": each server of rustdb.host by itself, with an `error` and its `remedy` where it cannot be used; else its version, kind and
 *   cluster, TLS, clock (`time` in unix seconds, `ahead` of this machine), and the `variables` and `status` that decide over sessions
 * - "tables": each table that there may be: whether this configuration needs it, whether it exists, its engine, schema, estimated rows,
 *   the account's rights (null: not known), and the `ddl` or `alter` that it lacks
 * - "sessions": how many there are by last use, age and size, by a sample where there are many (`exact` is false then, and numbers are
 *   good to a few percent); how many expired ones wait for gc, and for how many seconds the first of them has
 * - "locks": who holds sessions and who waits, by the first eight digits of the row's key; null where the account may not see
 *   it, and `unseen` says why
 * - "schema": the statements that make the tables, without asking a server
 *
 * @return array<mixed>
 * @throws \ValueError for another word
 * @throws Exception where the server could not be asked; what is wrong with one host or table is an item of the array
 */
function inspect(string $what): array
{
}

/**
 * A ticket for the active session: 43 characters that may stand in a URL, good once and for so many seconds (1 to 3600)
 * by the database's clock. Whoever redeems it gets the session's id, on any server and under any domain of the same table.
 * The active session stays as it is, locked or not; the ticket outlives its end.
 *
 * @throws \ValueError for other seconds
 * @throws \Error where no session of rustdb is active, or disable_functions has taken session_id() or session_status()
 * @throws Exception where the ticket could not be stored
 */
function issue_ticket(int $seconds = 30): string
{
}

/**
 * The session id of a ticket, for session_id() before session_start(); null where the ticket is unknown, expired or used. Of
 * several calls at once one gets the id.
 *
 * @throws Exception where the database could not be asked, somebody has changed the ticket's row, or it is not known whether this
 *     call has used the ticket
 */
function redeem_ticket(string $ticket): ?string
{
}

/**
 * Ties the active session to a label: a user's name or id, 1 to 191 bytes of any kind; null takes it away. It is stored with
 * the session, at the next write, and stays until another one is set, whatever becomes of the session's id.
 *
 * @throws \ValueError for other lengths
 * @throws \Error where no session of rustdb is active, or disable_functions has taken session_status()
 * @throws Exception where the database lacks what labels need, and rustdb may not make it
 */
function label(?string $label): void
{
}

/**
 * The live sessions of a label, newest first, as stored. A handle names a session in here and nowhere else: it is random and
 * no way to its id. `created` is when the session was first labelled, `seen` when it was last written or its expiry moved
 * (so exact to rustdb.touch_interval), both in unix seconds by the database's clock; `current` is the active session's.
 *
 * @return list<array{handle: string, created: int, seen: int, current: bool}>
 * @throws \ValueError for a label of no byte or more than 191
 * @throws Exception where the database could not be asked, or lacks what labels need
 */
function sessions(string $label): array
{
}

/**
 * Ends the live sessions of a label and returns how many: sign out everywhere. It waits for no request that holds one of
 * them, and none of those can store its session any more: it gets a warning. $keep_current spares the active session.
 *
 * @throws \ValueError for a label of no byte or more than 191
 * @throws Exception where the database could not be asked, or lacks what labels need; some may have been ended
 */
function revoke(string $label, bool $keep_current = true): int
{
}

/**
 * Ends one session by its handle; false where there is none of that handle. Handles come from a browser: look first whether
 * this one is among the sessions() of the user who asks.
 *
 * @throws Exception where the database could not be asked, or lacks what labels need
 */
function revoke_one(string $handle): bool
{
}

/** What the database did not do: the message says what, where, why, and what helps. */
class Exception extends \RuntimeException
{
}

/**
 * The sessions of rustdb for frameworks that have sessions of their own (Laravel), and for session_set_save_handler().
 *
 * It needs no active session, and nobody has to call open() and close(): read() and write() just work. Any number of them live at once, beside
 * each other and beside PHP's own session. A lock that one holds ends with write(), destroy(), close(), another read(), the object's end, or
 * the request's, whichever is first.
 *
 * To a script that calls it, what goes wrong is an Exception. To PHP's session module, which calls what session_set_save_handler() has given
 * it, it is a warning and false.
 */
final class Handler implements \SessionHandlerInterface, \SessionIdInterface, \SessionUpdateTimestampHandlerInterface
{
    /**
     * Options; everything else is as the directives say at this moment.
     *
     * - `lock` (string): "merge", "row" or "none"; default "merge". Where rustdb.lock is lease, "lease" is the only one, and the default
     * - `lock_wait` (int): seconds, 0 to 86400; default rustdb.lock_wait
     * - `lifetime` (int): seconds that a session lives after its last use, from 1 on; default session.gc_maxlifetime at each write
     * - `format` (string): how the data is serialised, by which it is merged: "php_serialize", "php", "php_binary", "json", or "opaque" for
     *   data that cannot be taken apart (encrypted, igbinary); default "php_serialize", or session.serialize_handler where PHP's session module
     *   writes
     * - `table` (string): default rustdb.table
     *
     * @param array{lock?: string, lock_wait?: int, lifetime?: int, format?: string, table?: string} $options
     * @throws \TypeError for an option of another type
     * @throws \ValueError for an unknown option, a value that is not valid, a lock that the table cannot have, or a directive that is wrong
     */
    public function __construct(array $options = [])
    {
    }

    /** Neither argument matters. */
    public function open(string $path, string $name): bool
    {
    }

    public function close(): bool
    {
    }

    /**
     * The session's data, "" for a session that does not exist.
     *
     * @throws Exception where it could not be read: writing it is refused then
     */
    public function read(string $id): string|false
    {
    }

    /**
     * Stores the data, or moves the expiry where it is what was read. A session that was not read before is written over.
     *
     * @throws Exception where it is not known to be stored: among others where the session was destroyed meanwhile
     */
    public function write(string $id, string $data): bool
    {
    }

    /**
     * Ends a session, be there one or not. No request that is under way can store it any more.
     *
     * @throws Exception where it may still be there
     */
    public function destroy(string $id): bool
    {
    }

    /**
     * Deletes expired sessions, at most rustdb.gc_batch of them but for session_gc(), and returns how many. Each has an expiry of its
     * own: the argument does not matter.
     *
     * @throws Exception where the database could not do it
     */
    public function gc(int $max_lifetime): int|false
    {
    }

    /** A new id as PHP makes it, which is known to validateId() for a while. */
    public function create_sid(): string
    {
    }

    /**
     * Whether there is such a session.
     *
     * @throws Exception where the database could not be asked
     */
    public function validateId(string $id): bool
    {
    }

    /**
     * The same as write().
     *
     * @throws Exception as write()
     */
    public function updateTimestamp(string $id, string $data): bool
    {
    }
}
