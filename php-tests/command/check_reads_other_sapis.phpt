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
sapis ok: apache2 has its sessions in files
