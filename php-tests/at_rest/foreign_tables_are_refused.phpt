--TEST--
A table that rustdb could not rely on is refused by name and reason, and left as it is
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

$columns = 'id BINARY(32) NOT NULL, version BIGINT UNSIGNED NOT NULL, codec TINYINT UNSIGNED NOT NULL DEFAULT 0,'
    . ' created_at BIGINT UNSIGNED NOT NULL, expires_at BIGINT UNSIGNED NOT NULL, data LONGBLOB NOT NULL';
$keys = ', PRIMARY KEY (id), KEY (expires_at)';
$tables = [
    'of its own kind' => "($columns$keys) ENGINE=InnoDB",
    'of its own kind, with a column more' => "($columns, note TEXT $keys) ENGINE=InnoDB",
    'of another application' => '(id INT PRIMARY KEY, data BLOB) ENGINE=InnoDB',
    'not transactional' => "($columns$keys) ENGINE=MyISAM",
    'id as text' => '(' . str_replace('id BINARY(32)', 'id VARCHAR(128)', $columns) . "$keys) ENGINE=InnoDB",
    'id too short' => '(' . str_replace('id BINARY(32)', 'id BINARY(16)', $columns) . "$keys) ENGINE=InnoDB",
    'id that is no key' => "($columns, KEY (expires_at)) ENGINE=InnoDB",
    'id that is half a key' => "($columns, PRIMARY KEY (id,version), KEY (expires_at)) ENGINE=InnoDB",
    'data that ends at 64 KB' => '(' . str_replace('LONGBLOB', 'BLOB', $columns) . "$keys) ENGINE=InnoDB",
    'version too small' => '(' . str_replace('version BIGINT', 'version INT', $columns) . "$keys) ENGINE=InnoDB",
    'no index for gc' => "($columns, PRIMARY KEY (id)) ENGINE=InnoDB",
    'index that gc cannot use' => "($columns, PRIMARY KEY (id), KEY (codec, expires_at)) ENGINE=InnoDB",
    'a view' => null,
];
store_session(['n' => 1]); // The view's table is there.
foreach ($tables as $name => $definition) {
    drop_table('t_foreign');
    admin()->query($definition === null ? 'CREATE VIEW t_foreign AS SELECT * FROM rustdb_sessions' : "CREATE TABLE t_foreign $definition");
    $said = start_with(['rustdb.table' => 't_foreign'], '0123456789abcdef');
    $frame = '~session_start\(\): rustdb: cannot read session 01234567… \(table rustdb_test.t_foreign on SERVER\): the table is not one of rustdb\'s: (.*); name another table in rustdb.table, or compare with examples/schema.sql~';
    echo "$name: ", preg_replace($frame, 'it is not: $1;', $said);
}
admin()->query('DROP VIEW t_foreign');
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
admin()->query('DROP VIEW IF EXISTS t_foreign');
drop_table('t_foreign');
?>
--EXPECTF--
of its own kind: started
of its own kind, with a column more: started
of another application: it is not: Unknown column 'version' in %s;
not started
not transactional: it is not: it needs ENGINE=InnoDB, and has engine myisam;
not started
id as text: it is not: it needs id BINARY(32) PRIMARY KEY, and has id varchar(128) pri;
not started
id too short: it is not: it needs id BINARY(32) PRIMARY KEY, and has id binary(16) pri;
not started
id that is no key: it is not: it needs id BINARY(32) PRIMARY KEY, and has id binary(32)%S;
not started
id that is half a key: it is not: it needs id BINARY(32) PRIMARY KEY, and has %S;
not started
data that ends at 64 KB: it is not: it needs data LONGBLOB, and has data blob%S;
not started
version too small: it is not: it needs version BIGINT UNSIGNED, and has version int unsigned%S;
not started
no index for gc: it is not: it needs expires_at BIGINT UNSIGNED with an index of its own, and has expires_at bigint unsigned%S;
not started
index that gc cannot use: it is not: it needs expires_at BIGINT UNSIGNED with an index of its own, and has expires_at bigint unsigned%S;
not started
a view: it is not: it needs ENGINE=InnoDB, and has engine none;
not started
