--TEST--
Data in no format of PHP's, as igbinary's, is one piece: it is written where nobody else has changed it, and otherwise a conflict
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_opaque
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

// As igbinary makes it: four bytes of a version, and what no format of PHP's is.
$class = <<<'PHP'
    class Igbinary extends SessionHandler
    {
        public function read(string $id): string|false
        {
            return (string) hex2bin(substr((string) parent::read($id), 4));
        }
        public function write(string $id, string $data): bool
        {
            return parent::write($id, "\0\0\0\x02" . bin2hex($data));
        }
    }
    session_set_save_handler(new Igbinary());
    PHP;
$counts = 'session_write_close(); echo Rustdb\status()["counters"]["merge_conflicts"]';
foreach (['php', 'php_serialize', 'php_binary'] as $format) {
    foreach (['mine', 'refuse'] as $decides) {
        $ini = ['session.serialize_handler' => $format, 'rustdb.merge_conflict' => $decides];
        request($id = new_id(), "$class session_start(); \$_SESSION = ['n' => 1, 'z' => \"\\0\\xff\"];", $ini);
        $said = at_once($id, ["\$_SESSION['a'] = 1; $counts", '', "\$_SESSION['b'] = 1; $counts"], $ini, $class);
        $said .= '; ' . request($id, "$class session_start(); echo implode(' ', array_keys(\$_SESSION));", $ini);
        // Two births.
        $said .= '; ' . at_once($id = new_id(), ["\$_SESSION['a'] = 1; $counts", "\$_SESSION['b'] = 1; $counts"], $ini, $class);
        $said .= '; ' . request($id, "$class session_start(); echo implode(' ', array_keys(\$_SESSION));", $ini);
        $all[$decides][$format] = $said;
    }
}
foreach ($all as $decides => $said) {
    echo count(array_unique($said)) === 1 ? "$decides, in each format: " . current($said) . "\n" : var_export($said, true);
}
// Where the format has changed meanwhile, the one side cannot be taken apart as the other.
request($id = new_id(), 'session_start(); $_SESSION = ["n" => 1, "a" => 1];', []);
$php = inside($id, '$_SESSION["b"] = 1');
change_row($id, "data='a:2:{s:1:\"n\";i:1;s:1:\"c\";i:1;}',version=version+1");
echo 'stored in another format: ', finish($php), row($id)['data'], "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_opaque');
?>
--EXPECT--
mine, in each format: 1; n z b; 1; b
refuse, in each format: WARNING another request has changed the same meanwhile: the session; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 1; n z a; WARNING another request has changed the same meanwhile: the session; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand | 1; a
stored in another format: n|i:1;a|i:1;b|i:1;
