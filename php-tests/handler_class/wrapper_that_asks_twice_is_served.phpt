--TEST--
A class around a Rustdb\Handler that validates by reading, and keeps what it has read, works in strict mode as Symfony's StrictSessionHandler does
--DESCRIPTION--
The calls are those of symfony/http-foundation's AbstractSessionHandler and StrictSessionHandler.
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_wrapper
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

final class Strict implements SessionHandlerInterface, SessionUpdateTimestampHandlerInterface
{
    private ?string $id = null;
    private ?string $data = null;
    private bool $new = false;

    public function __construct(private Rustdb\Handler $handler)
    {
    }
    /** PHP 8.6 warns of a class without it. */
    public function create_sid(): string
    {
        return $this->handler->create_sid();
    }
    public function open(string $path, string $name): bool
    {
        return $this->handler->open($path, $name);
    }
    public function validateId(string $id): bool
    {
        [$this->id, $this->data] = [$id, $this->read($id)];
        return $this->data !== '';
    }
    public function read(string $id): string
    {
        if ($this->id === $id && $this->data !== null) {
            [$data, $this->data] = [$this->data, null];
            $this->new = $data === '';
            return $data;
        }
        $data = $this->handler->read($id);
        $this->new = $data === '';
        return $data;
    }
    public function write(string $id, string $data): bool
    {
        return $data === '' ? $this->destroy($id) : $this->handler->write($id, $data);
    }
    public function updateTimestamp(string $id, string $data): bool
    {
        return $this->write($id, $data);
    }
    public function destroy(string $id): bool
    {
        return $this->new || $this->handler->destroy($id);
    }
    public function close(): bool
    {
        return $this->handler->close();
    }
    public function gc(int $lifetime): int|false
    {
        return $this->handler->gc($lifetime);
    }
}
foreach (['merge', 'row'] as $lock) {
    echo "== $lock\n";
    session_set_save_handler(new Strict(new Rustdb\Handler(['lock' => $lock])));
    session_id($foreign = new_id());
    session_start();
    $id = session_id();
    echo json_encode([$id !== $foreign, is_held($foreign), is_held($id)]), "\n";
    $_SESSION['a'] = 1;
    session_write_close();
    session_start();
    $other = new OtherProcess(
        'session_id($argv[1]); session_start(); $_SESSION["theirs"] = 1;',
        [$id],
        ['session.save_handler' => 'rustdb', 'rustdb.lock' => $lock],
    );
    $first = $lock === 'merge' ? $other->end() : '';
    $_SESSION['mine'] = 1;
    session_write_close();
    echo $lock === 'merge' ? $first : $other->end();
    session_start();
    echo json_encode($_SESSION), "\n";
    session_regenerate_id(true);
    session_write_close();
    echo mark_of($id), ', ', row(session_id())['data'], ', held: ', json_encode([is_held($id), is_held(session_id())]), "\n";
    session_start();
    $id = session_id();
    session_destroy();
    echo mark_of($id), ', held: ', json_encode(is_held($id)), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_wrapper');
?>
--EXPECT--
== merge
[true,false,false]
{"a":1,"theirs":1,"mine":1}
regenerated, a|i:1;theirs|i:1;mine|i:1;, held: [false,false]
gone, held: false
== row
[true,false,true]
{"a":1,"mine":1,"theirs":1}
regenerated, a|i:1;mine|i:1;theirs|i:1;, held: [false,false]
gone, held: false
