--TEST--
rustdb check names a small max_allowed_packet, a read-only server, too few connections for the workers, and two servers that both take writes
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';
require __DIR__ . '/../inc/private_server.inc';

$server = new PrivateServer('command', '--max-allowed-packet=49152 --max-connections=20');
$settings = $server->settings();
$pool = <<<'INI'
    [www]
    user = nobody_there
    pm.max_children = 15
    php_admin_value[session.save_handler] = rustdb
    INI;
$root = root_folder('server', [
    'etc/php-fpm.d/www.conf' => preg_replace('/^ +/m', '', $pool),
    'etc/php.ini' => "extension=rustdb\nsession.use_strict_mode=1\nsession.cookie_secure=1\nsession.cookie_httponly=On\nsession.cookie_samesite=Lax\n",
]);
tell_check($settings, ['packets', 'connections'], root: $root);
file_put_contents("$root/etc/php-fpm.d/www.conf", str_replace('15', '25', file_get_contents("$root/etc/php-fpm.d/www.conf")));
tell_check($settings, ['packets', 'connections'], root: $root);
echo "-- two of them\n";
$both = ['rustdb.socket' => '', 'rustdb.host' => $server->host() . ',' . getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT')];
tell_check($both, ['hosts']);
echo "-- read-only\n";
$server->admin()->query('SET GLOBAL read_only=1');
tell_check($settings, ['hosts', 'proof']);
tell_check($both, ['hosts']);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/command.inc';
require __DIR__ . '/../inc/private_server.inc';
stop_private_server('command');
command_clean('server');
?>
--EXPECTF--
packets error: max_allowed_packet of 127.0.0.1:%d is 48 KB: a larger session is not stored -> max_allowed_packet=16M on the server
connections warning: 127.0.0.1:%d takes 20 connections (max_connections), and has had %d at once; 15 workers here (pm.max_children of fpm pool www) open one each, and up to 2 where they collect or use labels or tickets -> raise it, or lower pm.max_children, and mind other web servers; docs/sizing.md
status 1
packets error: %s
connections error: 127.0.0.1:%d takes 20 connections (max_connections), and has had %d at once; 25 workers here (pm.max_children of fpm pool www) open one each, and up to 2 where they collect or use labels or tickets -> raise it, or lower pm.max_children; docs/sizing.md
status 1
-- two of them
hosts error: 127.0.0.1:%d and SERVER both take writes, and tell of no cluster: sessions are split between them -> read_only=1 on the replica, or only one of them in rustdb.host
status 1
-- read-only
hosts error: SERVER answers in %d ms: %s; it is read-only, and no other takes writes -> name the writable server in rustdb.host
proof error: a session of this command's own could not be started: cannot read session %s: no connection: SERVER is read-only; check that the server runs and takes writes, and rustdb.host or rustdb.socket
status 1
status 1
