--TEST--
rustdb check says where row locks do not hold: on a node of a cluster that takes writes on several
--EXTENSIONS--
mysqli
--SKIPIF--
<?php
if (getenv('RUSTDB_TEST_FLAVOR') !== 'mariadb') {
    die('skip a MariaDB tells of Galera also where it has none, and can be made to lie');
}
?>
--INI--
rustdb.table=t_command_cluster
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

store_session([]);
/** Between us and the server, which says there that it is a node of a Galera cluster, and elsewhere that it has none. */
$code = <<<'PHP'
    $listener = stream_socket_server('tcp://127.0.0.1:0');
    tell(substr(strrchr(stream_socket_get_name($listener, false), ':'), 1));
    $links = [];
    while (true) {
        $ready = [STDIN, $listener, ...array_merge(...array_values($links))];
        $none = null;
        stream_select($ready, $none, $none, null);
        if (in_array(STDIN, $ready, true)) {
            exit;
        }
        if (in_array($listener, $ready, true)) {
            $links[] = [stream_socket_accept($listener), stream_socket_client('tcp://' . getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT'))];
        }
        foreach ($links as $number => [$client, $server]) {
            foreach ([[$client, $server], [$server, $client]] as [$from, $to]) {
                if (isset($links[$number]) && in_array($from, $ready, true)) {
                    $bytes = fread($from, 1 << 20);
                    if ((string) $bytes === '') {
                        unset($links[$number]);
                    } else {
                        fwrite($to, str_replace("\x08wsrep_on\x03OFF", "\x08wsrep_on\x03YES", $bytes));
                    }
                }
            }
        }
    }
    PHP;
$galera = new OtherProcess($code);
$host = '127.0.0.1:' . $galera->hear();
$settings = ['rustdb.socket' => '', 'rustdb.host' => $host, 'rustdb.ssl_mode' => 'disabled'];
$show = function (array $more) use ($settings, $host): void {
    ob_start(fn(string $said) => str_replace($host, 'NODE', $said));
    tell_check($more + $settings, ['cluster', 'hosts'], ['ok', 'warning', 'error']);
    ob_end_flush();
};
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    $show(['rustdb.lock' => $lock]);
}
echo "-- written through one node\n";
$show(['rustdb.single_writer' => '1']);
$show(['rustdb.single_writer' => '1', 'rustdb.host' => "$host,$host"]);
echo $galera->end();
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_cluster');
?>
--EXPECTF--
hosts ok: NODE answers in %d ms: MariaDB %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster error: NODE is a node of a Galera cluster, and rustdb.lock is row: a row lock holds on one node only -> rustdb.lock = lease (or merge), or rustdb.single_writer = 1 with one node in rustdb.host; docs/clusters.md
status 1
hosts ok: %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster ok: NODE is a node of a Galera cluster, and rustdb.lock is lease, which holds there
status 0
hosts ok: %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster ok: NODE is a node of a Galera cluster, and rustdb.lock is merge, which holds there
status 0
hosts ok: %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster ok: NODE is a node of a Galera cluster, and rustdb.lock is none
status 0
-- written through one node
hosts ok: %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster ok: NODE is a node of a Galera cluster, and rustdb.lock is row, with rustdb.single_writer = 1: all web servers have to write through this node
status 0
hosts ok: %s
hosts ok: %s
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
cluster error: NODE is a node of a Galera cluster, and rustdb.lock is row, with rustdb.single_writer = 1 and several servers in rustdb.host -> only one of them in rustdb.host, or rustdb.lock = lease
cluster warning: NODE is a node of a Galera cluster that has lost its cluster (wsrep_cluster_status Disconnected) -> look why, on that node
status 1
