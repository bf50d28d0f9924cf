--TEST--
Symfony's NativeSessionStorage with a Rustdb\Handler: strict mode, attributes and messages, what overlaps is merged, migrate() and invalidate(); what goes wrong is an exception
--DESCRIPTION--
The handler is given to it as it is, and within StrictSessionHandler, which takes no handler that knows strict mode itself: a class of
one's own around it is such a one. Beside them stands what Symfony does where it is given none.
--SKIPIF--
<?php
if (!is_file('/usr/share/php/Symfony/Component/HttpFoundation/autoload.php')) {
    die('skip needs php-symfony-http-foundation');
}
if (PHP_VERSION_ID >= 80600) {
    die('skip PHP 8.6 warns of what these versions of Symfony register');
}
?>
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_symfony
--FILE--
<?php
require __DIR__ . '/../inc/frameworks.inc';

$page = <<<'PHP'
    require '/usr/share/php/Symfony/Component/HttpFoundation/autoload.php';

    use Symfony\Component\HttpFoundation\Session\Session;
    use Symfony\Component\HttpFoundation\Session\Storage\Handler\StrictSessionHandler;
    use Symfony\Component\HttpFoundation\Session\Storage\MetadataBag;
    use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;

    final class Plain implements SessionHandlerInterface
    {
        private Rustdb\Handler $handler;
        function __construct() { $this->handler = new Rustdb\Handler; }
        function open($path, $name): bool { return $this->handler->open($path, $name); }
        function close(): bool { return $this->handler->close(); }
        function read($id): string|false { return $this->handler->read($id); }
        function write($id, $data): bool { return $this->handler->write($id, $data); }
        function destroy($id): bool { return $this->handler->destroy($id); }
        function gc($lifetime): int|false { return $this->handler->gc($lifetime); }
    }
    $handler = HANDLER;
    // The second of the last use would make every session a changed one.
    $metadata = new MetadataBag('_sf2_meta', 3600);
    $session = new Session(new NativeSessionStorage([], $handler, $metadata));
    try {
        $session->start();
    } catch (Throwable $e) {
        die(get_class($e) . ": {$e->getMessage()}");
    }
    meanwhile();
    if (isset($_GET['regenerate'])) {
        $session->migrate(true);
    }
    if (isset($_GET['destroy'])) {
        $session->invalidate();
    }
    if (isset($_GET['set'])) {
        $session->set($_GET['set'], 1);
        $session->getFlashBag()->add('notice', $_GET['set']);
    }
    $shown = json_encode([$session->all(), $session->getFlashBag()->peek('notice')]);
    // As the framework's listener does before it sends a response.
    try {
        $session->save();
    } catch (Throwable $e) {
        die(get_class($e) . ": {$e->getMessage()}");
    }
    echo $shown;
    PHP;
$handlers = ['new Rustdb\Handler', 'new StrictSessionHandler(new Plain)'];
foreach ($handlers as $handler) {
    echo "== $handler\n";
    visit(str_replace('HANDLER', $handler, $page));
    visit_without_server(str_replace('HANDLER', $handler, $page));
}
echo "== no handler, but php.ini's\n";
visit(str_replace('HANDLER', 'null', $page), ini: ['session.save_handler' => 'rustdb', 'rustdb.lock' => 'merge']);

echo "== the handler itself within StrictSessionHandler\n";
require '/usr/share/php/Symfony/Component/HttpFoundation/autoload.php';
echo outcome(fn() => new Symfony\Component\HttpFoundation\Session\Storage\Handler\StrictSessionHandler(new Rustdb\Handler)), "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_symfony');
?>
--EXPECT--
== new Rustdb\Handler
a visit that stores nothing leaves a row: no, the next one has another cookie: yes
a foreign id is replaced: yes, and its row: null; stored: [{"a":1},["a"]], held: no
unchanged: [{"a":1},["a"]], the cookie is another: no, written: no
two at once: [{"a":1,"theirs":1,"mine":1},["a","theirs","mine"]]
another id: [{"a":1,"theirs":1,"mine":1,"in":1},["a","theirs","mine","in"]], yes, the old one: regenerated, then: [{"a":1,"theirs":1,"mine":1,"late":1,"in":1},["a","theirs","mine","late","in"]]
with the old id: [[],[]], the cookie is another: no
it stores: Rustdb\Exception: rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
destroyed: [[],[]], null, regenerated, held: no
with that id: [[],[]]
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
== new StrictSessionHandler(new Plain)
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: [{"a":1},["a"]], held: no
unchanged: [{"a":1},["a"]], the cookie is another: no, written: no
two at once: [{"a":1,"theirs":1,"mine":1},["a","theirs","mine"]]
another id: [{"a":1,"theirs":1,"mine":1,"in":1},["a","theirs","mine","in"]], yes, the old one: regenerated, then: [{"a":1,"theirs":1,"mine":1,"late":1,"in":1},["a","theirs","mine","late","in"]]
with the old id: [[],[]], the cookie is another: yes
it stores: [{"it":1},["it"]]
destroyed: [[],[]], null, regenerated, held: no
with that id: [[],[]]
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
== no handler, but php.ini's
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: [{"a":1},["a"]], held: no
unchanged: [{"a":1},["a"]], the cookie is another: no, written: no
two at once: [{"a":1,"theirs":1,"mine":1},["a","theirs","mine"]]
another id: [{"a":1,"theirs":1,"mine":1,"in":1},["a","theirs","mine","in"]], yes, the old one: regenerated, then: [{"a":1,"theirs":1,"mine":1,"late":1,"in":1},["a","theirs","mine","late","in"]]
with the old id: [[],[]], the cookie is another: yes
it stores: [{"it":1},["it"]]
destroyed: [[],[]], null, regenerated, held: no
with that id: [[],[]]
== the handler itself within StrictSessionHandler
LogicException: "Rustdb\Handler" is already an instance of "SessionUpdateTimestampHandlerInterface", you cannot wrap it with "Symfony\Component\HttpFoundation\Session\Storage\Handler\StrictSessionHandler".
