--TEST--
A label that another request has set meanwhile survives, whatever this one writes
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_label
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

function labels(): string
{
    $count = fn($label) => $label . count(Rustdb\sessions($label));
    return implode(' ', array_map($count, ['alice', 'bob', 'carol']));
}
function begun(string $label): string
{
    $code = 'session_start(); $_SESSION = ["n" => 1]; ' . ($label ? "Rustdb\label('$label');" : '') . ' session_write_close(); echo session_id();';
    return trim(request('', $code, []));
}
$label = fn(?string $label) => 'Rustdb\label(' . var_export($label, true) . ')';
// What label the session has before, and what three requests do that are inside at once.
$steps = [
    'first label, then a write' => ['', [$label('alice'), '$_SESSION["a"] = 1', '']],
    'a write, then the first label' => ['', ['$_SESSION["a"] = 1', $label('alice'), '$_SESSION["b"] = 1']],
    'two first labels' => ['', [$label('alice'), $label('bob'), '$_SESSION["a"] = 1']],
    'the same first label twice' => ['', [$label('alice'), $label('alice') . '; $_SESSION["a"] = 1', '']],
    'another label' => ['alice', [$label('bob') . '; $_SESSION["a"] = 1', '$_SESSION["b"] = 1', '']],
    'another label, by two' => ['alice', [$label('bob'), $label('carol') . '; $_SESSION["a"] = 1', '$_SESSION["b"] = 1']],
    'no label any more' => ['alice', [$label(null), '$_SESSION["a"] = 1', '']],
    'no label any more, then another' => ['alice', [$label(null), $label('bob'), '$_SESSION["a"] = 1']],
];
foreach ($steps as $what => [$before, $codes]) {
    $id = begun($before);
    echo "$what: ", at_once($id, $codes), holds($id), ' ', labels(), ', ';
    // All are one session, which can be signed out by its label.
    echo array_sum(array_map(Rustdb\revoke(...), ['alice', 'bob', 'carol'])), ' signed out, ', remains($id), "\n";
    request($id, 'session_start(); session_destroy();', []);
}
// Births, each with a label, and one that has none.
$id = trim(request('', 'session_start(); echo session_id();', []));
$births = ['$_SESSION["a"] = 1; ' . $label('alice'), '$_SESSION["b"] = 1; ' . $label('bob'), '$_SESSION["c"] = 1'];
echo 'births: ', at_once($id, $births), holds($id), ' ', labels(), "\n";
// No handle is left that belongs to nobody.
$lost = 'SELECT COUNT(*) FROM t_merge_label_label l LEFT JOIN t_merge_label s ON s.handle=l.handle WHERE s.id IS NULL';
echo admin()->query($lost)->fetch_column(), " labels without a session\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_label');
?>
--EXPECT--
first label, then a write: {"n":1,"a":1} alice1 bob0 carol0, 1 signed out, gone
a write, then the first label: {"n":1,"a":1,"b":1} alice1 bob0 carol0, 1 signed out, gone
two first labels: {"n":1,"a":1} alice0 bob1 carol0, 1 signed out, gone
the same first label twice: {"n":1,"a":1} alice1 bob0 carol0, 1 signed out, gone
another label: {"n":1,"a":1,"b":1} alice0 bob1 carol0, 1 signed out, gone
another label, by two: {"n":1,"a":1,"b":1} alice0 bob0 carol1, 1 signed out, gone
no label any more: {"n":1,"a":1} alice0 bob0 carol0, 0 signed out, n|i:1;a|i:1;
no label any more, then another: {"n":1,"a":1} alice0 bob1 carol0, 1 signed out, gone
births: {"a":1,"b":1,"c":1} alice0 bob1 carol0
0 labels without a session
