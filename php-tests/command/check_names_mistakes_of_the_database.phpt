--TEST--
rustdb check names what is wrong with the server, the account and the table: no server, a wrong password, missing rights, another engine, an older or a foreign table, none
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_db
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

$some = ['hosts', 'tables', 'rights', 'proof'];
$tcp = ['rustdb.socket' => ''];
echo "-- no server\n";
tell_check($tcp + ['rustdb.host' => '127.0.0.1:' . closed_port()]);
echo "-- one of two\n";
tell_check($tcp + ['rustdb.host' => '127.0.0.1:' . closed_port() . ',' . getenv('RUSTDB_TEST_HOST') . ':' . getenv('RUSTDB_TEST_PORT')]);
echo "-- a wrong password\n";
tell_check(['rustdb.password' => 'wrong']);
echo "-- another database\n";
tell_check(['rustdb.database' => 'rustdb_nonexistent'], $some);
echo "-- no table, and none to be made\n";
drop_table('t_command_db');
tell_check(['rustdb.create_table' => '0'], $some);
echo "-- rights\n";
store_session([]);
create_user('SELECT,UPDATE', 't_command_db');
tell_check(['rustdb.user' => 't_command_db'], $some);
create_user('SELECT,INSERT,UPDATE,DELETE', 't_command_db');
tell_check(['rustdb.user' => 't_command_db'], $some);
tell_check(['rustdb.user' => 't_command_db', 'rustdb.table' => 't_command_none'], $some);
echo "-- another engine\n";
admin()->query('ALTER TABLE t_command_db ENGINE=MyISAM');
tell_check([], $some);
echo "-- an older table\n";
admin()->query("ALTER TABLE t_command_db ENGINE=InnoDB, DROP COLUMN handle, DROP COLUMN seen_at, COMMENT='rustdb schema 1'");
tell_check([], $some);
tell_check(['rustdb.user' => 't_command_db'], $some);
echo "-- another application's\n";
admin()->query('DROP TABLE t_command_db');
admin()->query('CREATE TABLE t_command_db (id INT PRIMARY KEY, name TEXT)');
tell_check([], $some);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_table('t_command_db');
drop_user('t_command_db');
?>
--EXPECTF--
-- no server
hosts error: 127.0.0.1:%d: no connection: Connection refused %s -> check that the server runs and takes writes, and rustdb.host or rustdb.socket
status 1
-- one of two
hosts warning: 127.0.0.1:%d: no connection: Connection refused %s -> check that the server runs and takes writes, and rustdb.host or rustdb.socket
status 0
-- a wrong password
hosts error: SERVER: the server says %d: Access denied for user %s -> check rustdb.user, its password and its grants
status 1
-- another database
hosts error: SERVER: the server says 10%d: %s -> %s
status 1
-- no table, and none to be made
tables error: the table t_command_db (sessions) is missing, and rustdb.create_table is 0 -> rustdb schema --missing
proof error: a session of this command's own could not be started: cannot read session %s
status 1
-- rights
rights error: the account t_command_db@%s has no right to INSERT, DELETE on t_command_db -> GRANT INSERT, DELETE ON rustdb_test.t_command_db TO 't_command_db'@'%s'
proof error: a session of this command's own could not be started: cannot read session %s: the server says 1142: %s
status 1
status 0
tables error: the table t_command_none (sessions) is missing, and the account may not create it -> GRANT CREATE, or rustdb schema --missing
proof error: a session of this command's own could not be started: %s
status 1
-- another engine
tables error: the table t_command_db (sessions) is there: MyISAM, schema %d, %s; it is kept by the engine MyISAM, which has no row locks and no transactions -> rustdb schema --missing (ALTER TABLE `t_command_db` ENGINE=InnoDB)
proof error: a session of this command's own could not be started: %s
status 1
-- an older table
tables warning: the table t_command_db (sessions) is there: InnoDB, schema 1, %s; it is of an earlier version, and lacks what labels need -> rustdb schema --missing (ALTER TABLE `t_command_db` ADD COLUMN %s COMMENT='rustdb schema %d')
status 0
tables warning: %s
rights warning: the account may not ALTER t_command_db, which is of an earlier version -> rustdb schema --missing, by an account that may
status 0
-- another application's
tables error: the table t_command_db (sessions) is there: InnoDB, of no known schema, %s; %sit needs id BINARY(32) PRIMARY KEY, and has id int%S -> another rustdb.table, or compare with `rustdb schema`
%Aproof error: a session of this command's own could not be started: %s
status 1
