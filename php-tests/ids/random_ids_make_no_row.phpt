--TEST--
Thousands of random and forged ids make no row, open no second connection, and nothing is tried again for them
--DESCRIPTION--
RUSTDB_TEST_IDS=1000000 RUSTDB_TEST_TIMEOUT=1100 php-tests/run mariadb random_ids tries a million.
--EXTENSIONS--
mysqli
--INI--
session.use_strict_mode=1
session.use_cookies=0
session.cache_limiter=
rustdb.table=t_random_ids
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$known = store_session(['n' => 1]);
$forgeries = [
    fn() => "' OR '1'='1", fn() => "x'" . str_repeat('0', 64) . "'", fn() => "a\0b" . random_int(0, 999), fn() => random_bytes(20),
    fn() => str_repeat('x', 300), fn() => 'Ünïcödé' . random_int(0, 999), fn() => '1; DROP TABLE t_random_ids',
    // Digests of known sessions, as who has stolen the table would send them.
    fn() => hash('sha256', $known), fn() => hash('sha256', $known, true), fn() => '0x' . hash('sha256', $known),
];
// What an attacker may see: the warnings, which must help nobody.
$said = [];
set_error_handler(function (int $type, string $message) use (&$said): bool {
    $message = preg_replace('/ \(table .*?\)/', '', $message);
    $said[$message] = true;
    return true;
});
$number = (int) (getenv('RUSTDB_TEST_IDS') ?: 2000);
foreach (['1' => $number, '0' => intdiv($number, 10)] as $strict => $ids) {
    ini_set('session.use_strict_mode', (string) $strict);
    session_id($known);
    session_start();
    session_abort();
    $before = Rustdb\status()['counters'];
    [$memory, $taken] = [0, 0];
    for ($at = 0; $at < $ids; $at++) {
        // One in ten is no id at all.
        $id = $at % 10 ? bin2hex(random_bytes(16)) : $forgeries[intdiv($at, 10) % count($forgeries)]();
        session_id($id);
        if (session_start()) {
            $taken += session_id() === $id;
            session_abort();
        }
        $memory = $at === 100 ? memory_get_usage() : $memory;
    }
    $after = Rustdb\status()['counters'];
    $changed = array_filter(array_combine(array_keys($after), array_map(fn($a, $b) => $a - $b, $after, $before)));
    // A busy machine may take its time for a statement that waits for nobody.
    unset($changed['reads'], $changed['empty_births'], $changed['lock_waits'], $changed['lock_wait_us']);
    $pool = Rustdb\status()['pool'];
    echo "strict mode $strict: ", $taken ? 'ids are taken as new sessions' : 'no id is taken', ', rows: ', rows();
    echo ', counted besides: ', json_encode($changed), ', connections: ', $pool['in_use'] + $pool['idle'];
    echo memory_get_usage() - $memory < 100_000 ? ", no memory kept\n" : ', MEMORY KEPT: ' . memory_get_usage() - $memory . "\n";
}
echo implode("\n", array_keys($said)), "\n";
session_id($known);
session_start();
echo json_encode($_SESSION), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_random_ids');
?>
--EXPECTF--
strict mode 1: no id is taken, rows: 1, counted besides: [], connections: 1, no memory kept
strict mode 0: ids are taken as new sessions, rows: 1, counted besides: [], connections: 1, no memory kept
session_start(): rustdb: cannot read a session: the session id has characters that no session id has; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
session_start(): Failed to read session data: rustdb (path: %S)
session_start(): rustdb: cannot read a session: the session id has more than 256 characters; rustdb takes 1 to 256 characters of A-Z, a-z, 0-9, "," and "-"
{"n":1}
