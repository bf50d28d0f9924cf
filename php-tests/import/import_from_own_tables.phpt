--TEST--
rustdb import table tutorial and session_mysql bring in the sessions of their tables
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_import_own
--FILE--
<?php
require __DIR__ . '/../inc/import.inc';

store_session([]); // makes the table
/** The statement with the test's table in it, and what else is to be replaced as its comment says. */
function statement(string $kind, array $replace): string
{
    $statement = import_table('--print', '--from=t_old', $kind);
    foreach ($replace as $from => $to) {
        $statement = str_replace($from, $to, $statement, $count);
        $count > 0 || throw new Exception("$kind has no '$from'");
    }
    return $statement;
}
function run(string $statement): void
{
    admin()->query($statement);
    echo admin()->affected_rows, " imported\n";
}
function told(string $id, int $used): void
{
    $row = row($id);
    echo $row ? "$row[data], ends " . $row['expires_at'] - $used . " s after its last use" : 'nothing', "\n";
    visit($id);
}
$used = time() - 300;

echo "-- The tables of tutorials: updated in seconds\n";
drop_table('t_old');
admin()->query('CREATE TABLE t_old (id CHAR(32) NOT NULL PRIMARY KEY, data TEXT, updated INT UNSIGNED NOT NULL) DEFAULT CHARSET=latin1');
[$a, $b, $c] = [new_id(), new_id(), new_id()];
admin()->set_charset('latin1');
admin()->query("INSERT INTO t_old VALUES ('$a','name|s:7:\"J\xF8rgen!\";',$used),('$b','n|i:1;',$used-1500),('$c',NULL,$used)");
admin()->set_charset('utf8mb4');
run(statement('tutorial', []));
var_dump(row($a)['data'] === "name|s:7:\"J\xF8rgen!\";", row($a)['expires_at'] - $used, row($b), row($c));

echo "-- as a TIMESTAMP, text in UTF-8 that a connection of latin1 wrote, other names\n";
drop_table('t_old');
admin()->query('CREATE TABLE t_old (sid VARCHAR(64) NOT NULL PRIMARY KEY, vars MEDIUMTEXT, seen TIMESTAMP NOT NULL) DEFAULT CHARSET=utf8mb4');
$a = new_id();
admin()->set_charset('latin1');
admin()->query("INSERT INTO t_old VALUES ('$a','name|s:7:\"J\xF8rgen!\";',FROM_UNIXTIME($used))");
admin()->set_charset('utf8mb4');
run(statement('tutorial', [
    'SELECT id, data, updated FROM `t_old`'
        => 'SELECT sid AS id, CONVERT(vars USING latin1) AS data, UNIX_TIMESTAMP(seen) AS updated FROM t_old',
]));
var_dump(row($a)['data'] === "name|s:7:\"J\xF8rgen!\";", row($a)['expires_at'] - $used);

echo "-- encoded\n";
drop_table('t_old');
admin()->query('CREATE TABLE t_old (id CHAR(32) NOT NULL PRIMARY KEY, data TEXT, updated INT UNSIGNED NOT NULL) DEFAULT CHARSET=utf8mb4');
$a = new_id();
admin()->query("INSERT INTO t_old VALUES ('$a',TO_BASE64('n|i:5;'),$used)");
run(statement('tutorial', ['SELECT id, data, updated FROM `t_old`' => 'SELECT id, FROM_BASE64(data) AS data, updated FROM t_old']));
told($a, $used);

echo "-- PECL session_mysql\n";
drop_table('t_old');
admin()->query('CREATE TABLE t_old (sess_key CHAR(64) NOT NULL, sess_mtime INT(10) UNSIGNED NOT NULL, sess_host CHAR(64) NOT NULL,
    sess_val MEDIUMBLOB NOT NULL, INDEX i_key (sess_key(6)), INDEX i_mtime (sess_mtime), INDEX i_host (sess_host))');
[$a, $b, $c, $d] = [new_id(), new_id(), new_id(), new_id()];
admin()->query("INSERT INTO t_old VALUES ('$a',$used-10,'www.example.com','n|i:1;'),('$a',$used,'www.example.com','n|i:2;'),
    ('$b',$used-30000,'www.example.com','n|i:3;'),('$c',$used,'other.example.com','n|i:4;'),('$d',$used,'www.example.com','')");
run(statement('session_mysql', ["--  AND sess_host = 'www.example.com'" => "AND sess_host='www.example.com'"]));
told($a, $used);
told($b, $used);
told($c, $used);
told($d, $used);
run(statement('session_mysql', []));
told($c, $used);

echo "-- rustdb's own sessions stay\n";
$mine = store_session(['from' => 'rustdb']);
admin()->query("INSERT INTO t_old VALUES ('$mine',UNIX_TIMESTAMP(),'www.example.com','from|s:5:\"table\";')");
echo preg_replace('/ on .*/', '', import_table('--from=t_old', 'session_mysql'));
echo row($mine)['data'], "\n";
$versions = admin()->query('SELECT COUNT(*),COUNT(DISTINCT version),MIN(version)>0 FROM t_import_own')->fetch_row();
var_dump($versions[0] === $versions[1], $versions[2]);

echo "-- another lifetime, and what cannot begin\n";
echo preg_replace('/ on .*/', '', import_table('--from=t_old', '--lifetime=100000', 'session_mysql'));
echo row($b)['expires_at'] - $used, " s after its last use\n";
echo strtok(import_table('--from=t_old', 'drupal'), "\n"), "\n";
echo import_table('--from=t old', 'tutorial');
echo import_table('--from=t_none', 'tutorial');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_import_own');
drop_table('t_old');
?>
--EXPECT--
-- The tables of tutorials: updated in seconds
1 imported
bool(true)
int(1440)
NULL
NULL
-- as a TIMESTAMP, text in UTF-8 that a connection of latin1 wrote, other names
1 imported
bool(true)
int(1440)
-- encoded
1 imported
n|i:5;, ends 1440 s after its last use
{"n":5}
-- PECL session_mysql
1 imported
n|i:2;, ends 21600 s after its last use
{"n":2}
nothing
signed out
nothing
signed out
nothing
signed out
1 imported
n|i:4;, ends 21600 s after its last use
{"n":4}
-- rustdb's own sessions stay
0 imported into t_import_own
from|s:6:"rustdb";
bool(true)
string(1) "1"
-- another lifetime, and what cannot begin
1 imported into t_import_own
70000 s after its last use
rustdb import: what is drupal?
rustdb import: --from: 't old' is no name of a table; --print it, and change it there
status 2

rustdb import: the server says 1146: Table 'rustdb_test.t_none' doesn't exist
Run it again to go on.
status 1
