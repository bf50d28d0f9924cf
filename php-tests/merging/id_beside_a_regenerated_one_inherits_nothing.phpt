--TEST--
What goes along from an old id to the next one goes to that one only, whatever else a class reads and writes in that request
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_beside
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['true', 'false'] as $delete) {
    [$id, $beside] = [store_session(['n' => 1], new_id()), new_id()];
    $request = new OtherProcess(SHOW_WARNINGS . <<<PHP
        session_set_save_handler(\$handler = new SessionHandler());
        session_id(\$argv[1]);
        session_start();
        Rustdb\label('alice');
        tell('read'); listen();
        session_regenerate_id($delete);
        \$handler->read('$beside');
        \$handler->write('$beside', 'cached|i:1;');
        \$_SESSION['after'] = 1;
        session_write_close();
        echo session_id();
        PHP, [$id]);
    $request->hear();
    request($id, 'session_start(); $_SESSION["secret"] = "of this session";', []);
    $new = finish($request);
    echo 'new: ', holds($new), ', beside it: ', holds($beside), '; sessions of alice: ', count(Rustdb\sessions('alice')), "\n";
    Rustdb\revoke('alice');
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_beside');
?>
--EXPECT--
new: {"n":1,"secret":"of this session","after":1}, beside it: {"cached":1}; sessions of alice: 1
new: {"n":1,"secret":"of this session","after":1}, beside it: {"cached":1}; sessions of alice: 1
