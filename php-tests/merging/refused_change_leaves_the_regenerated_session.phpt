--TEST--
Where a change is refused after session_regenerate_id(), the session is there under the new id, as others have stored it
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_refuse_regenerated
rustdb.merge_conflict=refuse
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

// How the session gets another id, and what its handler does before PHP writes it at the end.
$ways = [
    'regenerate_id(true)' => ['session_regenerate_id(true);', '', ''],
    'regenerate_id(true), twice' => ['session_regenerate_id(true); session_regenerate_id(true);', '', ''],
    'regenerate_id(false)' => ['session_regenerate_id(false);', '', ''],
    'data in no known format' => ['session_regenerate_id(true);', 'session_set_save_handler(new Reversed());', ''],
    'written twice' => [
        'session_regenerate_id(true);',
        'session_set_save_handler($handler = new SessionHandler());',
        '$handler->write(session_id(), session_encode());',
    ],
];
$class = <<<'PHP'
    class Reversed extends SessionHandler
    {
        public function read(string $id): string|false { return strrev(parent::read($id)); }
        public function write(string $id, string $data): bool { return parent::write($id, strrev($data)); }
    }
    PHP;
$counts = '$c = Rustdb\status()["counters"]; echo "$c[births] births, $c[refused_writes] refused\n";';
foreach ($ways as $what => [$regenerate, $handler, $before]) {
    $begin = "$class $handler session_start();";
    request($id = new_id(), "$begin \$_SESSION = ['n' => 1, 'user' => 'alice'];", []);
    $change = '$_SESSION["n"] = 3; $_SESSION["mine"] = 1;';
    $code = "$begin tell('read'); listen(); $regenerate tell(session_id()); $change $before session_write_close(); $counts";
    $request = new OtherProcess(SHOW_WARNINGS . $code, [$id]);
    $request->hear();
    request($id, "$begin \$_SESSION['n'] = 2; \$_SESSION['other'] = 1;", []);
    $request->say();
    $new = $request->hear();
    echo "$what:\n", $request->end(), request($new, "$begin show(\$argv[1]);", []);
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_refuse_regenerated');
?>
--EXPECT--
regenerate_id(true):
WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
1 births, 1 refused
same id, {"n":2,"user":"alice","other":1}
regenerate_id(true), twice:
WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
1 births, 1 refused
same id, {"n":2,"user":"alice","other":1}
regenerate_id(false):
WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
1 births, 1 refused
same id, {"n":2,"user":"alice","other":1}
data in no known format:
WARNING another request has changed the same meanwhile: the session; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
1 births, 1 refused
same id, {"n":2,"user":"alice","other":1}
written twice:
WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
WARNING another request has changed the same meanwhile: n; nothing of this request was stored (rustdb.merge_conflict=refuse), the other request's changes stand
1 births, 2 refused
same id, {"n":2,"user":"alice","other":1}
