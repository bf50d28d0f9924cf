<?php
// Checks of each server of rustdb.host, or of rustdb.socket.

declare(strict_types=1);

namespace Rustdb\Command;

function hosts(Site $site): iterable
{
    $hosts = $site->ask('hosts');
    $writable = array_filter($site->servers(), fn(array $host) => !$host['read_only']);
    foreach ($hosts as $host) {
        if ($host['error'] !== null) {
            $told = "$host[host]: $host[error]";
            yield $writable === [] ? bad($told, $host['remedy']) : look($told, $host['remedy']);
            continue;
        }
        $told = "$host[host] answers in " . seconds($host['connected_in']) . ": " . server_name($host) . ", as $host[account]";
        if (!$host['read_only']) {
            yield ok($told);
        } elseif ($writable === []) {
            yield bad("$told; it is read-only, and no other takes writes", 'name the writable server in rustdb.host');
        } else {
            yield ok("$told; read-only, so it is passed over");
        }
    }
    $own = array_filter($writable, fn(array $host) => $host['cluster'] === null);
    $identity = fn(array $host) => implode("\0", array_map(fn($name) => $host['variables'][$name] ?? '', ['hostname', 'port', 'datadir']));
    if (count(array_unique(array_map($identity, $own))) > 1) {
        $names = implode(' and ', array_column($own, 'host'));
        yield bad("$names both take writes, and tell of no cluster: sessions are split between them",
            'read_only=1 on the replica, or only one of them in rustdb.host');
    }
}

function tls(Site $site): iterable
{
    $mode = ini_get('rustdb.ssl_mode');
    foreach ($site->servers() as $host) {
        $here = $host['socket'] || preg_match('/^(127\.|localhost:|\[::1\])/', $host['host']);
        if ($host['socket']) {
            yield ok("$host[host] is a socket of this machine, and needs no TLS");
        } elseif ($host['tls'] === null) {
            $told = "the connection to $host[host] is not encrypted (rustdb.ssl_mode = $mode)";
            yield $here ? ok("$told, and does not leave this machine")
                : look("$told: who can read on the network reads sessions", 'rustdb.ssl_mode = verify_identity, and rustdb.ssl_ca; docs/tls.md');
        } else {
            $told = "the connection to $host[host] is encrypted by $host[tls] ($host[cipher])";
            yield match (true) {
                $host['verified'] === 'issuer and host' => ok("$told, and its certificate is checked with its host"),
                $here === true || $here === 1 => ok("$told, and does not leave this machine"),
                $host['verified'] === 'issuer' => look("$told; its certificate's issuer is checked, the host is not",
                    'rustdb.ssl_mode = verify_identity, unless that CA is for the database alone'),
                default => look("$told, and its certificate is not checked: who can redirect connections reads sessions",
                    'rustdb.ssl_mode = verify_identity, and rustdb.ssl_ca; docs/tls.md'),
            };
        }
    }
}

/** What kind of server it is, and whether rustdb.lock holds there. */
function cluster(Site $site): iterable
{
    $lock = ini_get('rustdb.lock') ?: 'none';
    $alone = (bool) ini_get('rustdb.single_writer');
    foreach ($site->servers() as $host) {
        $kind = ['galera' => 'a node of a Galera cluster', 'group' => 'a member of a group with several writers'][$host['cluster']] ?? null;
        if ($kind === null) {
            continue;
        }
        $status = $host['status'];
        if (($status['wsrep_cluster_status'] ?? 'Primary') !== 'Primary' || ($status['wsrep_ready'] ?? 'ON') !== 'ON') {
            yield look("$host[host] is $kind that has lost its cluster (wsrep_cluster_status $status[wsrep_cluster_status])", 'look why, on that node');
        }
        $told = "$host[host] is $kind, and rustdb.lock is $lock";
        if ($lock !== 'row') {
            yield ok($told . ($lock === 'none' ? '' : ', which holds there'));
        } elseif ($alone && count($site->ask('hosts')) === 1) {
            yield ok("$told, with rustdb.single_writer = 1: all web servers have to write through this node");
        } elseif ($alone) {
            yield bad("$told, with rustdb.single_writer = 1 and several servers in rustdb.host", 'only one of them in rustdb.host, or rustdb.lock = lease');
        } else {
            yield bad("$told: a row lock holds on one node only",
                'rustdb.lock = lease (or merge), or rustdb.single_writer = 1 with one node in rustdb.host; docs/clusters.md');
        }
    }
    if ($lock === 'lease' && array_filter($site->servers(), fn(array $host) => $host['cluster'] !== null) === [] && $site->servers() !== []) {
        yield ok('rustdb.lock is lease, which holds anywhere; no server tells of a cluster with several writers, where row would do');
    }
    $wait = (int) ini_get('rustdb.lock_wait');
    $lease = (int) ini_get('rustdb.lease');
    if ($lock === 'lease' && $lease >= $wait && $wait > 0) {
        yield look("rustdb.lease is $lease s, and rustdb.lock_wait $wait s: who waits for a request that died gives up before its lease ends",
            'rustdb.lease under rustdb.lock_wait');
    }
}

function clocks(Site $site): iterable
{
    $servers = $site->servers();
    if ($servers === []) {
        return;
    }
    $ahead = array_column($servers, 'ahead', 'host');
    $apart = max($ahead) - min($ahead);
    $lease = ini_get('rustdb.lock') === 'lease' ? (int) ini_get('rustdb.lease') : null;
    if (count($servers) > 1) {
        $told = 'the clocks of the servers are ' . seconds(round($apart, 3)) . ' apart';
        yield match (true) {
            $lease !== null && $apart > $lease / 3 => bad("$told, and a lease lives for $lease s", 'NTP on each of them'),
            $apart > 2 => look($told, 'NTP on each of them'),
            default => ok($told),
        };
    }
    $host = array_key_first($ahead);
    $told = "$host is " . seconds(abs(round($ahead[$host], 3))) . ($ahead[$host] < 0 ? ' behind' : ' ahead of') . ' this machine';
    yield abs($ahead[$host]) > 60
        ? look("$told: ids that one web server makes are known to others whose clocks agree to minutes", 'NTP on both')
        : ok($told);
}

/** Limits of time: rustdb sets its own for its connections, unless something in between swallows that. */
function timeouts(Site $site): iterable
{
    foreach ($site->servers() as $host) {
        $found = [];
        foreach (['max_statement_time', 'max_execution_time', 'idle_transaction_timeout', 'wait_timeout'] as $name) {
            $value = $host['variables'][$name] ?? '0';
            if ((float) $value > 0) {
                $found[] = "$name " . (float) $value . ($name === 'max_execution_time' ? ' ms' : ' s');
            }
        }
        $told = "$host[host] ends statements and connections by " . (implode(', ', $found) ?: 'no limit');
        yield $host['settings_kept']
            ? ok("$told; rustdb's own are without, and end after " . seconds((int) ini_get('rustdb.idle_timeout')) . ' of silence')
            : look("$told, and does not keep what rustdb sets for its connections: is there a proxy in between?",
                'a proxy that keeps a connection\'s settings, or none; docs/timeouts.md');
    }
}

function packets(Site $site): iterable
{
    foreach ($site->servers() as $host) {
        $packet = (int) $host['variables']['max_allowed_packet'];
        $told = "max_allowed_packet of $host[host] is " . bytes($packet);
        yield match (true) {
            $packet < 65536 => bad("$told: a larger session is not stored", 'max_allowed_packet=16M on the server'),
            $packet < 1 << 20 => look("$told: a larger session is not stored", 'max_allowed_packet=16M on the server'),
            default => ok("$told, which bounds a session"),
        };
    }
}

/** Workers against connections, as far as the pools of this machine tell. */
function connections(Site $site): iterable
{
    $pools = array_filter($site->sapis->with_rustdb(), fn(Configuration $sapi) => $sapi->children !== null);
    $each = max(2, (int) ini_get('rustdb.pool_size'));
    $workers = array_sum(array_map(fn(Configuration $sapi) => $sapi->children, $pools));
    foreach ($site->servers() as $host) {
        $variables = $host['variables'];
        $most = (int) $variables['max_connections'];
        $own = (int) ($variables['max_user_connections'] ?? 0);
        $limit = $own > 0 ? min($own, $most) : $most;
        $name = $limit === $most ? 'max_connections' : 'max_user_connections';
        $told = "$host[host] takes $limit connections ($name), and has had {$host['status']['Max_used_connections']} at once";
        if ($pools === []) {
            yield ok("$told; no pool of php-fpm is known here");
            continue;
        }
        $told .= "; $workers workers here (pm.max_children of " . implode(', ', array_map(fn(Configuration $sapi) => $sapi->name, $pools))
            . ") open one each, and up to $each where they collect or use labels or tickets";
        yield match (true) {
            $workers > $limit => bad($told, 'raise it, or lower pm.max_children; docs/sizing.md'),
            $workers * $each > $limit => look($told, 'raise it, or lower pm.max_children, and mind other web servers; docs/sizing.md'),
            default => ok($told),
        };
    }
}
