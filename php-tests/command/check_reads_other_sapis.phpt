--TEST--
rustdb check tells what php-fpm's pools and other SAPIs have set, as their files say it, and who collects
--EXTENSIONS--
mysqli
posix
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

$etc = 'etc/php/' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
// What the files of this PHP say of rustdb, for another SAPI that has the same.
$same = implode("\n", preg_grep('/^(rustdb\.|session\.save_handler)/', file(php_ini_loaded_file(), FILE_IGNORE_NEW_LINES)));
$good = "session.use_strict_mode=On\nsession.cookie_secure=1\nsession.cookie_httponly=1\nsession.cookie_samesite=Strict\n";
$root = root_folder('sapis', [
    "$etc/cli/conf.d/30-rustdb.ini" => "extension=rustdb\n",
    "$etc/cgi/conf.d/20-other.ini" => ";extension=rustdb\n",
    "$etc/apache2/conf.d/30-rustdb.ini" => "extension=rustdb.so\n",
    "$etc/fpm/php.ini" => "$good\nsession.gc_probability = 0\n",
    "$etc/fpm/conf.d/30-rustdb.ini" => "extension=rustdb\n$same\n",
    "$etc/fpm/pool.d/www.conf" => "[global]\npid = /x\n[www]\nuser = nobody\npm.max_children = 5\n",
    "$etc/fpm/pool.d/shop.conf" => "[shop]\nuser = nobody\npm.max_children = 7\nphp_admin_value[rustdb.table] = shop\nphp_flag[session.cookie_secure] = off\n",
    "$etc/fpm/pool.d/old.conf" => "[old]\nuser = nobody\nphp_value[session.save_handler] = files\n",
    'etc/cron.d/php' => "# 5 * * * * root rustdb gc\n",
]);
$checks = ['sapis', 'handler', 'strict_mode', 'cookies', 'connections', 'collecting'];
tell_check(['session.gc_probability' => '0'], $checks, ['ok', 'warning', 'error'], $root);
echo "-- a job of cron, and this PHP on files\n";
file_put_contents("$root/etc/cron.d/rustdb", "*/5 * * * * www-data /usr/bin/rustdb -d rustdb.table=shop gc\n");
tell_check(['session.save_handler' => 'files'], ['handler', 'collecting'], ['ok', 'warning', 'error'], $root);
echo "-- a file that the workers cannot read\n";
$secret = "$root/secret";
file_put_contents($secret, getenv('RUSTDB_TEST_PASSWORD'));
chmod($secret, 0600);
tell_check(['rustdb.password_file' => $secret], ['secrets', 'proof'], ['ok', 'error'], $root);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/command.inc';
command_clean('sapis');
?>
--EXPECTF--
sapis warning: apache2 has its sessions in files (%s/apache2 (PHP's default)) -> session.save_handler = rustdb, if they are to be rustdb's
sapis warning: cgi does not load rustdb (%s/cgi) -> phpenmod -s cgi rustdb, if its sessions are to be rustdb's
sapis warning: fpm pool old has its sessions in files (%s/old.conf) -> session.save_handler = rustdb, if they are to be rustdb's
sapis warning: fpm pool shop has its sessions in rustdb, with other settings than this PHP: rustdb.table = shop -> what follows is of this PHP; look there, too: rustdb --ini %s/fpm/php.ini -d 'rustdb.table=shop' check
sapis ok: fpm pool www has its sessions in rustdb, with the settings of this PHP
handler ok: session.save_handler is rustdb, and rustdb.lock row
strict_mode ok: session.use_strict_mode is on (fpm pool shop, fpm pool www)
cookies warning: the session's cookie, unless the site says otherwise: no secure, httponly, samesite=Strict (fpm pool shop) -> session.cookie_secure = 1 where the site is https only
cookies ok: the session's cookie, unless the site says otherwise: secure, httponly, samesite=Strict (fpm pool www)
connections ok: SERVER takes %d connections (max_connections), and has had %d at once; 12 workers here (pm.max_children of fpm pool shop, fpm pool www) open one each, and up to 2 where they collect or use labels or tickets
collecting warning: nobody is seen here who collects expired sessions (session.gc_probability is 0, and no cron job calls rustdb gc or session_gc()); %s
status 0
-- a job of cron, and this PHP on files
handler warning: session.save_handler is files in this PHP, and rustdb in fpm pool shop, fpm pool www -> session.save_handler = rustdb for the CLI as well, where cron is to collect expired sessions
collecting %s: expired sessions are collected by %s/etc/cron.d/rustdb; %s
status 0
-- a file that the workers cannot read
secrets error: rustdb.password_file, %s/secret (600, %s), cannot be read by fpm pool shop (nobody), fpm pool www (nobody) -> chgrp it to the workers' group, and chmod 0640
proof ok: a session was stored, read again, found locked and deleted, in %d ms
status 1
