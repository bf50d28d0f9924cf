--TEST--
In each of PHP's formats objects, enums and references mean the same after a merge, inside a key and across keys
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_formats
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$classes = <<<'PHP'
    enum Suit: string { case Hearts = 'h'; case Spades = 's'; }
    class Cart { public $items = []; protected $owner = 'alice'; private $secret = 1; }
    class Packed { public $v = [1]; public function __serialize(): array { return [2, $this->v]; } public function __unserialize(array $d): void { $this->v = $d[1]; } }
    PHP;
$before = <<<'PHP'
    $list = [1, 2];
    $_SESSION = ['first' => 'x', 'list' => &$list, 'same_list' => &$list, 'suit' => Suit::Hearts, 'float' => 0.1, 'null' => null, 'inf' => -INF];
    $_SESSION['cart'] = new Cart();
    $_SESSION['nested'] = ['cart' => new Cart(), 'deep' => ['ref' => 1]];
    $_SESSION['nested']['again'] = $_SESSION['nested']['cart'];
    $_SESSION['nested']['deep']['to'] = &$_SESSION['nested']['deep']['ref'];
    $_SESSION['packed'] = [$packed = new Packed(), $packed];
    PHP;
$codes = [
    // Whoever moves in front of a reference shifts the numbers of all behind it.
    'unset($_SESSION["first"]); $_SESSION["added"] = ["a", new Cart(), Suit::Spades]',
    '$_SESSION["nested"]["cart"]->items[] = "book"',
    '$_SESSION["list"][] = 3',
    '$_SESSION["z"] = [1, 2]; $_SESSION["y"] = &$_SESSION["z"]',
    '$_SESSION["packed"][0]->v = [5]',
    '',
];
$show = <<<'PHP'
    $n = $_SESSION['nested'];
    echo json_encode([array_keys($_SESSION), $_SESSION['list'], $_SESSION['suit'], $_SESSION['added'][2], $n['cart']->items, $_SESSION['packed'][1]->v]), "\n";
    $_SESSION['same_list'][] = 'r'; $_SESSION['y'][] = 'r'; $n['deep']['ref'] = 'r';
    var_dump(end($_SESSION['list']) === 'r', end($_SESSION['z']) === 'r', $n['deep']['to'] === 'r', $n['again'] === $n['cart'],
        $_SESSION['packed'][0] === $_SESSION['packed'][1], $_SESSION['suit'] === Suit::Hearts, $_SESSION['inf'] === -INF, $_SESSION['float'] === 0.1,
        $_SESSION['cart'] == new Cart() && $_SESSION['cart'] !== $n['cart'] && get_class($_SESSION['added'][1]) === 'Cart');
    session_abort();
    PHP;
foreach (['php', 'php_serialize', 'php_binary'] as $format) {
    $ini = ['session.serialize_handler' => $format];
    foreach ([$codes, array_reverse($codes)] as $number => $order) {
        request($id = new_id(), "$classes session_start(); $before", $ini);
        $said = at_once($id, $order, $ini, $classes);
        $found = request($id, "$classes session_start(); $show", $ini);
        $all["$format, order $number"] = $said . str_replace("\n", ' ', $found);
    }
}
foreach ($all as $what => $line) {
    echo "$what: $line\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_formats');
?>
--EXPECT--
php, order 0: [["list","same_list","suit","float","null","inf","cart","nested","packed","added","z","y"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) 
php, order 1: [["list","same_list","suit","float","null","inf","cart","nested","packed","z","y","added"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) 
php_serialize, order 0: [["list","same_list","suit","float","null","inf","cart","nested","packed","added","z","y"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) 
php_serialize, order 1: [["list","same_list","suit","float","null","inf","cart","nested","packed","z","y","added"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) 
php_binary, order 0: [["list","same_list","suit","float","null","inf","cart","nested","packed","added","z","y"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) 
php_binary, order 1: [["list","same_list","suit","float","null","inf","cart","nested","packed","z","y","added"],[1,2,3],"h","s",["book"],[5]] bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true) bool(true)
