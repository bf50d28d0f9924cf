--TEST--
An encrypted row that was changed, cut, moved, or paired with another version or codec starts no session and is kept
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/keys.inc';

$ini = encrypted(key_file(new_key()));
visit($other = new_id(), $ini, 'of somebody else');
$moved = "x'" . bin2hex(row($other)['data']) . "'";
$cases = [
    'a byte of the nonce' => 'data=INSERT(data,5,1,CHAR(ASCII(SUBSTR(data,5,1))^1))',
    'a byte of the data' => 'data=INSERT(data,17,1,CHAR(ASCII(SUBSTR(data,17,1))^1))',
    'a byte of the tag' => 'data=INSERT(data,LENGTH(data),1,CHAR(ASCII(RIGHT(data,1))^1))',
    'the key' => 'data=INSERT(data,1,4,CHAR(0,0,0,0))',
    'cut by a byte' => 'data=LEFT(data,LENGTH(data)-1)',
    'cut to nothing' => "data=''",
    'a byte more' => "data=CONCAT(data,'x')",
    'data of another row' => "data=$moved",
    'data and version of another row' => 'data=' . $moved . ',version=' . row($other)['version'],
    'another version' => 'version=version^1',
    'said to be compressed' => 'codec=3',
    'said to be plain' => 'codec=1',
    'a codec of the future' => 'codec=6',
];
foreach ($cases as $name => $change) {
    visit($id = new_id(), $ini, 'secret');
    change_row($id, $change);
    $before = row($id);
    $said = trim(visit($id, $ini, 'new'));
    echo "$name: ", preg_replace('/key [0-9a-f]{8}/', 'key ID', $said), "\n";
    unset($before['now']);
    echo array_diff_assoc($before, row($id)) === [] ? '' : "  CHANGED\n";
}
foreach (['row', 'lease', 'merge', 'none'] as $lock) {
    foreach (['0', '1'] as $strict) {
        visit($id = new_id(), $ini, 'secret');
        change_row($id, 'version=version^1');
        $server = new OtherProcess(<<<'PHP'
            set_error_handler(fn() => true);
            foreach ([[], ['read_and_close' => true]] as $options) {
                session_id($argv[1]);
                echo session_start($options) ? 'STARTED, ' : 'refused, ', session_id() === '' ? '' : 'WITH ANOTHER ID, ';
            }
            tell(ob_get_clean());
            listen();
            PHP, [$id], ['rustdb.lock' => $lock, 'session.use_strict_mode' => $strict] + $ini);
        echo "$lock, strict $strict: ", $server->hear(), is_held($id) || $lock === 'lease' && lease($id) ? 'HELD' : 'not held', "\n";
        $server->say();
        echo $server->end();
    }
}
?>
--EXPECT--
a byte of the nonce: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
a byte of the data: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
a byte of the tag: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
the key: (the row is encrypted with key ID, which rustdb.encryption_key_file does not have; the row is kept: add the key that encrypted it as another line of the key file, or delete the row) refused
cut by a byte: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
cut to nothing: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
a byte more: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
data of another row: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
data and version of another row: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
another version: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
said to be compressed: (the row was changed: it is not what rustdb encrypted for this session and this version; the row is kept: find out who writes to the table, and restore or delete the row) refused
said to be plain: (the row's compressed data cannot be used: it was changed or cut; the row is kept: find out who writes to the table, and restore or delete the row) refused
a codec of the future: (the row has codec 6, which this version of rustdb cannot read; install the rustdb version that wrote it) refused
row, strict 0: refused, refused, not held
row, strict 1: refused, refused, not held
lease, strict 0: refused, refused, not held
lease, strict 1: refused, refused, not held
merge, strict 0: refused, refused, not held
merge, strict 1: refused, refused, not held
none, strict 0: refused, refused, not held
none, strict 1: refused, refused, not held
