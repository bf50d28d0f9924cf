<?php
// PHP as the oracle of src/merge/: random sessions as PHP values, which PHP's own handlers serialise (or json_encode()), are
// merged by rustdb as bytes and here as values; what PHP reads in rustdb's bytes has to be the same.
//
//   php -n merge_oracle.php SEED COUNT FORMAT
//
// Writes base, mine and stored, each as a length (32 bits, little-endian) and bytes; reads the merged bytes likewise, and
// how many conflicts there were. The n-th triple has SEED + n as its seed. src/merge/oracle_tests.rs is at the other end.

declare(strict_types=1);
error_reporting(E_ALL & ~E_DEPRECATED);

require __DIR__ . '/merge_triples.inc';
require __DIR__ . '/merge_rules.inc';

/** A handler that keeps nothing: only PHP's way of writing sessions is wanted. */
final class Nowhere implements SessionHandlerInterface
{
    public function open(string $path, string $name): bool { return true; }
    public function close(): bool { return true; }
    public function read(string $id): string { return ''; }
    public function write(string $id, string $data): bool { return true; }
    public function destroy(string $id): bool { return true; }
    public function gc(int $max_lifetime): int { return 0; }
    // PHP 8.6 warns of a class without these.
    public function create_sid(): string { return session_create_id(); }
    public function validateId(string $id): bool { return true; }
}

function encoded(array $session): string
{
    if (FORMAT === 'json') {
        return $session === [] && mt_rand(0, 1) === 0 ? '' : json_encode($session, JSON_THROW_ON_ERROR);
    }
    $_SESSION = $session;
    // An empty session is "no session" to it in some formats.
    $bytes = $session === [] ? '' : session_encode();
    $_SESSION = [];
    return $bytes === false ? throw new LogicException('not encoded') : $bytes;
}

function decoded(string $bytes): array
{
    if (FORMAT === 'json') {
        $session = $bytes === '' ? [] : json_decode($bytes, true);
        return is_array($session) ? $session : throw new UnexpectedValueException('PHP does not read it');
    }
    $_SESSION = [];
    if ($bytes !== '' && !@session_decode($bytes)) {
        throw new UnexpectedValueException('PHP does not read it');
    }
    $session = $_SESSION;
    $_SESSION = [];
    return $session;
}

function sent(string $bytes): void
{
    fwrite(STDOUT, pack('V', strlen($bytes)) . $bytes);
}

function received(int $length): string
{
    $bytes = $length === 0 ? '' : stream_get_contents(STDIN, $length);
    return strlen((string) $bytes) === $length ? $bytes : exit(2);
}

/** What the rules make of three, and how many conflicts there are. */
function expected(string $base, string $mine, string $stored): array
{
    $models = array_map(static fn (string $side) => Model::of(decoded($side)), [$base, $mine, $stored]);
    if ($mine === $stored || $stored === $base) {
        return [$models[MINE], 0];
    }
    return $mine === $base ? [$models[STORED], 0] : Rules::merged($models);
}

[, $seed, $count, $format] = $argv;
define('FORMAT', $format);
if (FORMAT !== 'json') {
    ini_set('session.serialize_handler', FORMAT);
    ini_set('session.use_cookies', '0');
    ini_set('session.cache_limiter', '');
    session_set_save_handler(new Nowhere(), false);
    session_start();
}
$conflicted = $merged = 0;
for ($number = (int) $seed; $number < $seed + $count; $number++) {
    $triple = (new Triples($number))->make();
    array_map(sent(...), $triple);
    fflush(STDOUT);
    $result = received(unpack('V', received(4))[1]);
    $conflicts = unpack('V', received(4))[1];
    [$model, $number_of_conflicts] = expected(...$triple);
    try {
        $got = Model::of(decoded($result));
    } catch (UnexpectedValueException $e) {
        $got = $e->getMessage();
    }
    if ($got !== $model || $conflicts !== $number_of_conflicts) {
        $show = static fn ($value) => json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);
        fprintf(STDERR, "seed %d (%s)\n", $number, FORMAT);
        foreach (array_combine(['base', 'mine', 'stored', 'rustdb'], [...$triple, $result]) as $name => $bytes) {
            fprintf(STDERR, "%-8s%s\n", $name, addcslashes($bytes, "\0..\37\177..\377"));
        }
        fprintf(STDERR, "is      %s, %d conflicts\n", $show($got), $conflicts);
        fprintf(STDERR, "must be %s, %d conflicts\n", $show($model), $number_of_conflicts);
        exit(1);
    }
    $conflicted += $conflicts > 0 ? 1 : 0;
    $merged += in_array($result, $triple, true) ? 0 : 1;
}
// A generator that has lost its way would agree with everything.
if ($count >= 100 && ($conflicted < $count / 10 || $merged < $count / 4)) {
    fprintf(STDERR, "of %d triples, %d conflicted and %d became something new\n", $count, $conflicted, $merged);
    exit(1);
}
