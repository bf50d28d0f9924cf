--TEST--
Rustdb\status() tells server, pool and counters, asks no server, and is what the stub file says
--EXTENSIONS--
mysqli
--INI--
rustdb.user=t_status
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

create_user();

function counted(): string
{
    // On a slow machine anything may count as a wait.
    $counters = array_diff_key(Rustdb\status()['counters'], ['lock_waits' => 0, 'lock_wait_us' => 0]);
    return json_encode(array_filter($counters));
}

$status = Rustdb\status();
echo json_encode(['server' => $status['server'], 'lock' => $status['lock'], 'pool' => $status['pool']]), counted(), "\n";

$id = store_session(['n' => 1]);
echo 'born: ', counted(), "\n";
session_id($id);
session_start();
echo 'in use: ', json_encode(Rustdb\status()['pool']), "\n";
$_SESSION['n']++;
session_write_close();
session_id(new_id());
session_start();
session_write_close();
echo 'changed, and one left empty: ', counted(), "\n";

session_id($id);
session_start();
kill_connections();
change_row($id, 'version=version+1');
$_SESSION['n']++;
@session_write_close();
echo 'fenced: ', counted(), "\n";
$status = Rustdb\status();
var_dump($status['table'] === ini_get('rustdb.database') . '.' . ini_get('rustdb.table'), $status['version'] === phpversion('rustdb'));
echo $status['server'], "\n";
var_dump(str_starts_with($status['tls'] ?? 'none', 'TLS 1.') || $status['tls'] === null);

try {
    Rustdb\status(1);
} catch (ArgumentCountError $e) {
    echo $e->getMessage(), "\n";
}

// The stub and the extension, function by function.
$stub = file_get_contents(getenv('RUSTDB_ROOT') . '/examples/rustdb.stub.php');
preg_match_all('/^function (.*)$/m', $stub, $declared);
preg_match_all('/^class (\w+) extends (\S+)$/m', $stub, $classes, PREG_SET_ORDER);
foreach ($classes as [, $class, $parent]) {
    var_dump((new ReflectionClass("Rustdb\\$class"))->getParentClass()->name === trim($parent, '\\'));
}
var_dump(count((new ReflectionExtension('rustdb'))->getClasses()) === preg_match_all('/^(?:final )?class /m', $stub));
$defined = [];
foreach ((new ReflectionExtension('rustdb'))->getFunctions() as $function) {
    $parameters = array_map(fn($p) => trim(preg_replace('/^.*<\w+> | \]$/', '', (string) $p)), $function->getParameters());
    $defined[] = $function->getShortName() . '(' . implode(', ', $parameters) . '): ' . $function->getReturnType();
}
sort($declared[1]);
sort($defined);
var_dump($declared[1] === $defined);
echo implode("\n", $defined), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/faults.inc';
drop_user('t_status');
?>
--EXPECTF--
{"server":null,"lock":"row","pool":{"size":2,"in_use":0,"idle":0,"waits":0}}[]
born: {"connects":1,"reads":1,"writes":1,"births":1}
in use: {"size":2,"in_use":1,"idle":0,"waits":0}
changed, and one left empty: {"connects":1,"reads":3,"writes":2,"births":1,"empty_births":1}
fenced: {"connects":2,"reads":4,"writes":2,"births":1,"empty_births":1,%S"refused_writes":1,"fencing_refusals":1}
bool(true)
bool(true)
%s
bool(true)
Rustdb\status() expects exactly 0 arguments, 1 given
bool(true)
bool(true)
bool(true)
inspect(string $what): array
issue_ticket(int $seconds = 30): string
label(?string $label): void
redeem_ticket(string $ticket): ?string
revoke(string $label, bool $keep_current = true): int
revoke_one(string $handle): bool
sessions(string $label): array
status(): array
