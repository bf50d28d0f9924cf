<?php

/**
 * The functions of the extension rustdb, for editors and static analysers; PHP itself never loads this file.
 */

namespace Rustdb;

/**
 * What this process knows of its sessions' pool, for monitoring. Cheap: it reads counters and asks no server.
 *
 * - `version`: that of rustdb
 * - `server`, `server_version`: where the last new connection went, null before the first one
 * - `tls`: the version of TLS that encrypts that connection, "TLS 1.3" or "TLS 1.2"; null where nothing does
 * - `table`: with its database; `lock`: "row", "lease" or "none"
 * - `pool`: connections of this process; `size` is how many there may be, `waits` how often a request had to wait for one
 * - `counters`: since the start of the process. `connects` are all connections made, `reconnects` those that replaced
 *   one; `reads` sessions read, `touches` unchanged sessions whose expiry was moved; `births` are sessions stored for the first time (and `writes`, too), `empty_births` new sessions left without
 *   data; `lock_waits` starts that took longer than 10 ms to get their session, `lock_wait_us` their microseconds in all;
 *   `lock_timeouts` starts that gave up after rustdb.lock_wait; `retries` statements that were tried again;
 *   `refused_writes` writes that failed with a warning, `fencing_refusals` those of them that would have overwritten
 *   another request's; `collected_rows` sessions deleted by gc
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
