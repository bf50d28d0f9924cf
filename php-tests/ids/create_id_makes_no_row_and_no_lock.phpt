--TEST--
session_create_id() makes an id, with or without a prefix, and neither a row nor a lock; the open session stays locked
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_create_id
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$id = store_session(['a' => 1]);
foreach ([false, true] as $open) {
    foreach (['0', '1'] as $strict) {
        ini_set('session.use_strict_mode', $strict);
        $open && session_start();
        foreach (['', 'web1-'] as $prefix) {
            $made = session_create_id($prefix);
            printf(
                "session %s, strict mode %s: %d characters%s, %d row, %s\n",
                $open ? 'open' : 'closed',
                $strict,
                strlen($made),
                str_starts_with($made, $prefix) ? " after '$prefix'" : '',
                rows(),
                is_held($made) ? 'LOCKED' : 'not locked',
            );
        }
        echo $open && !is_held($id) ? "the open session LOST its lock\n" : '';
        $open && session_write_close();
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_create_id');
?>
--EXPECT--
session closed, strict mode 0: 32 characters after '', 1 row, not locked
session closed, strict mode 0: 37 characters after 'web1-', 1 row, not locked
session closed, strict mode 1: 32 characters after '', 1 row, not locked
session closed, strict mode 1: 37 characters after 'web1-', 1 row, not locked
session open, strict mode 0: 32 characters after '', 1 row, not locked
session open, strict mode 0: 37 characters after 'web1-', 1 row, not locked
session open, strict mode 1: 32 characters after '', 1 row, not locked
session open, strict mode 1: 37 characters after 'web1-', 1 row, not locked
