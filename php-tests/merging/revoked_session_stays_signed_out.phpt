--TEST--
A session that is signed out by its label stays so, whoever is inside and whatever they write
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_revoked
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    $begin = 'session_start(); $_SESSION = ["n" => 1, "list" => [1]]; Rustdb\label("alice"); session_write_close(); echo session_id();';
    $id = trim(request('', $begin, $ini));
    // In the order in which they go on.
    $codes = [
        'revokes' => '$_SESSION["mine"] = 1; echo Rustdb\revoke("alice", keep_current: false), " signed out\n"',
        'writes' => '$_SESSION["list"][] = 2',
        'reads' => '',
        'labels' => 'Rustdb\label("bob")',
        'regenerates' => 'session_regenerate_id(true)',
    ];
    foreach (array_map(fn($code) => inside($id, $code, $ini), $codes) as $what => $request) {
        echo "strict $strict, $what: ", finish($request), "\n";
    }
    echo remains($id), ', ', rows(), ' rows, ', count(Rustdb\sessions('alice')) + count(Rustdb\sessions('bob')), ' labelled; later: ';
    echo request($id, 'session_start(); show($argv[1]);', $ini);
}
// Only the others: the current one goes on, and merges.
$ids = array_map(fn() => trim(request('', $begin, [])), [1, 2]);
$current = inside($ids[0], '$_SESSION["mine"] = 1; echo Rustdb\revoke("alice"), " signed out"');
$other = inside($ids[1], '$_SESSION["mine"] = 1');
request($ids[0], 'session_start(); $_SESSION["meanwhile"] = 1;', []);
echo finish($current), ' | ', finish($other), ' | ', holds($ids[0]), ' and ', remains($ids[1]), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_revoked');
?>
--EXPECT--
strict 0, revokes: 1 signed out | WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 0, writes: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 0, reads: 
strict 0, labels: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 0, regenerates: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
gone, 0 rows, 0 labelled; later: same id, []
strict 1, revokes: 1 signed out | WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 1, writes: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 1, reads: 
strict 1, labels: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
strict 1, regenerates: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
gone, 0 rows, 0 labelled; later: ANOTHER ID, []
1 signed out | WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | {"n":1,"list":[1],"meanwhile":1,"mine":1} and gone
