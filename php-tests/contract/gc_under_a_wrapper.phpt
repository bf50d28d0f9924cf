--TEST--
Under a class that extends SessionHandler session_gc() deletes all expired sessions, and PHP's own gc one batch
--EXTENSIONS--
mysqli
--INI--
session.gc_divisor=1
rustdb.gc_batch=10
rustdb.table=t_gc_wrapper
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

// A function of the application between PHP and the save handler.
function session_storage_call(callable $call): mixed
{
    return $call();
}

session_set_save_handler(new class extends SessionHandler {
    public function gc(int $max_lifetime): int|false
    {
        return session_storage_call(fn() => parent::gc($max_lifetime));
    }
});
for ($i = 0; $i < 35; $i++) {
    change_row(store_session(['a' => 1]), 'expires_at=1000');
}
var_dump(rows());

session_id('');
ini_set('session.gc_probability', '1');
session_start();
var_dump(rows());

var_dump(session_gc(), rows());
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_gc_wrapper');
?>
--EXPECT--
int(35)
int(25)
int(25)
int(0)
