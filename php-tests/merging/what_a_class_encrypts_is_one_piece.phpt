--TEST--
What a class encrypts is one piece: unchanged by the others it is simply written, and otherwise a conflict
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_encrypts
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$class = <<<'PHP'
    class Encrypting extends SessionHandler
    {
        public function read(string $id): string|false { return strrev(base64_decode((string) parent::read($id))); }
        public function write(string $id, string $data): bool { return parent::write($id, base64_encode(strrev($data))); }
    }
    session_set_save_handler(new Encrypting());
    PHP;
$show = fn(string $id): string => trim(request($id, "$class session_start(); show(\$argv[1]);", []));
$counts = 'session_write_close(); echo Rustdb\status()["counters"]["merge_conflicts"], " conflicts"';
foreach (['mine', 'refuse'] as $decides) {
    $ini = ['rustdb.merge_conflict' => $decides];
    request($id = new_id(), "$class session_start(); \$_SESSION = ['n' => 1];", $ini);
    echo "$decides, one changes it: ", at_once($id, ["\$_SESSION['a'] = 1; $counts", $counts], $ini, $class), ', ', $show($id), "\n";
    echo "$decides, both do: ", at_once($id, ["\$_SESSION['b'] = 1; $counts", "\$_SESSION['c'] = 1; $counts"], $ini, $class), ', ', $show($id), "\n";
    echo "$decides, in the same way: ", at_once($id, ["\$_SESSION['d'] = 1; $counts", "\$_SESSION['d'] = 1; $counts"], $ini, $class), ', ', $show($id), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_encrypts');
?>
--EXPECT--
mine, one changes it: 0 conflicts | 0 conflicts, same id, {"n":1,"a":1}
mine, both do: 0 conflicts | 1 conflicts, same id, {"n":1,"a":1,"c":1}
mine, in the same way: 0 conflicts | 0 conflicts, same id, {"n":1,"a":1,"c":1,"d":1}
refuse, one changes it: 0 conflicts | 0 conflicts, same id, {"n":1,"a":1}
refuse, both do: 0 conflicts | WARNING another request has changed the same meanwhile: the session; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 1 conflicts, same id, {"n":1,"a":1,"b":1}
refuse, in the same way: 0 conflicts | 0 conflicts, same id, {"n":1,"a":1,"b":1,"d":1}
