--TEST--
What a hoster sets server-wide (limits of time, idleness, joins, rows, memory) ends, refuses or loses nothing, in each lock mode
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/private_server.inc';
require __DIR__ . '/../inc/operations.inc';

$server = new PrivateServer('settings');
$admin = $server->admin();
// The worst that each can be set to; the order is that of SHOW SESSION VARIABLES.
$everywhere = [
    'autocommit' => 0, 'big_tables' => 1, 'completion_type' => "'RELEASE'", 'foreign_key_checks=0,GLOBAL unique_checks' => 0,
    'innodb_lock_wait_timeout' => 1, 'join_buffer_size' => 128, 'lock_wait_timeout' => 1, 'max_heap_table_size' => 16384,
    'max_join_size' => 1, 'max_sort_length' => 8, 'net_read_timeout' => 1, 'net_write_timeout' => 1, 'sort_buffer_size' => 1024,
    'sql_auto_is_null' => 1, 'sql_buffer_result' => 1, 'sql_mode' => "'ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH'",
    'sql_safe_updates' => 1, 'sql_select_limit' => 0, 'time_zone' => "'-07:30'", 'tmp_table_size' => 1024, 'wait_timeout' => 1,
];
$here = getenv('RUSTDB_TEST_FLAVOR') === 'mariadb' ? [
    'alter_algorithm' => "'INSTANT'", 'in_predicate_conversion_threshold' => 2, 'innodb_snapshot_isolation' => 1, 'join_cache_level' => 8,
    'max_session_mem_used' => 8192, 'optimizer_switch' => "'extended_keys=off,index_condition_pushdown=off,mrr=on'",
    'tmp_disk_table_size' => 1024, 'tx_isolation' => "'SERIALIZABLE'", 'tx_read_only' => 1,
] : [
    'optimizer_switch' => "'use_index_extensions=off,index_condition_pushdown=off,mrr_cost_based=off'", 'range_optimizer_max_mem_size' => 1,
    'transaction_isolation' => "'SERIALIZABLE'", 'transaction_read_only' => 1,
];
// Those that need somebody who waits, or works for a while.
$patience = getenv('RUSTDB_TEST_FLAVOR') === 'mariadb'
    ? ['idle_readonly_transaction_timeout' => 1, 'idle_transaction_timeout' => 1, 'idle_write_transaction_timeout' => 1, 'max_statement_time' => 2]
    : ['max_execution_time' => 1];

/** Does something while a setting is at its worst, and sets it back. */
function under(string $setting, int|string $worst, callable $do): void
{
    global $admin;
    $names = explode(',GLOBAL ', $setting);
    $before = [];
    foreach ($names as $name) {
        $name = preg_replace('/=.*/', '', $name);
        try {
            $value = $admin->query("SELECT @@GLOBAL.$name")->fetch_row()[0];
        } catch (mysqli_sql_exception) {
            return; // ER_UNKNOWN_SYSTEM_VARIABLE: not in this version
        }
        $before[] = "GLOBAL $name=" . (is_numeric($value) ? $value : "'$value'");
    }
    $admin->query("SET GLOBAL $setting=$worst");
    $said = $do();
    $admin->query('SET ' . implode(',', $before));
    if ($said !== '') {
        // The rest mostly follows from that.
        echo "$setting=$worst: ", strtok($said, "\n"), "\n";
    }
}

/** Each lock mode's settings, with a table of its own. */
function modes(): array
{
    global $server;
    foreach (['row', 'lease', 'merge', 'none'] as $mode) {
        $modes[$mode] = ['rustdb.lock' => $mode, 'rustdb.table' => "t_settings_$mode"] + $server->settings();
    }
    return $modes;
}

/** Runs all operations in each lock mode at the same time, on tables that are there or are made. */
function operations(bool $anew): string
{
    global $admin;
    $processes = [];
    foreach (modes() as $mode => $settings) {
        foreach ($anew ? ['', '_lease', '_ticket', '_label'] : [] as $suffix) {
            $admin->query("DROP TABLE IF EXISTS t_settings_$mode$suffix");
        }
        $rows = [];
        for ($n = 0; $n < 30; $n++) {
            $rows[] = "(x'" . bin2hex(random_bytes(32)) . "',1,1," . (1_000_000_000 + $n) . ",'a|i:1;')";
        }
        if (!$anew) {
            $admin->query("INSERT INTO t_settings_$mode (id,version,created_at,expires_at,data) VALUES " . implode(',', $rows));
        }
        $code = 'require ' . var_export(OPERATIONS_INC, true) . '; every_operation(' . ($anew ? 0 : 30) . ');';
        $processes[$mode] = new OtherProcess($code, [], $settings);
    }
    $said = array_map(fn($process) => $process->end(), $processes);
    return implode(', ', array_map(fn($mode) => "$mode: $said[$mode]", array_keys(array_filter($said))));
}

/** A request works for three seconds on a session that is there and another on a new one, while one waits for the first. */
function waits(): string
{
    $processes = [];
    foreach (['row', 'lease'] as $mode) {
        $settings = modes()[$mode];
        $code = 'ini_set("session.use_strict_mode", "0"); session_id($argv[1]); session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; ';
        $id = new_id();
        (new OtherProcess($code, [$id], $settings))->end();
        foreach ([$id, new_id()] as $held) {
            $processes[] = $holder = new OtherProcess("$code tell('started'); usleep(3_000_000);", [$held], $settings);
            $holder->hear();
        }
        $processes[] = new OtherProcess("$code tell('counts ' . \$_SESSION['n']);", [$id], $settings);
    }
    $said = preg_replace('/^counts 3\n$/', '', array_map(fn($process) => $process->end(), $processes));
    return implode(', ', array_filter($said));
}

operations(true);
foreach ($everywhere + $here + $patience as $setting => $worst) {
    under($setting, $worst, fn() => operations(false));
}
// All tables are made under them, too.
foreach (['sql_select_limit' => 0, 'max_join_size' => 1] + $here as $setting => $worst) {
    under($setting, $worst, fn() => operations(true));
}
foreach ($patience as $setting => $worst) {
    under($setting, $worst, waits(...));
}
echo "all went as it should\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('settings');
?>
--EXPECT--
all went as it should
