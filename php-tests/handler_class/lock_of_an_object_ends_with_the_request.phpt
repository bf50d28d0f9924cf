--TEST--
A lock that a Rustdb\Handler holds ends with the request, however that ends and whatever still refers to the object
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_request
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';
require __DIR__ . '/../inc/ends.inc';

store($id = framework_id(), 'a:1:{s:1:"n";i:1;}');
$site = new Site(<<<'PHP'
    class Holder {
        static $handler, $self;
        public $own;
        function __destruct() { echo 'destructed '; }
    }
    parse_str($_SERVER['QUERY_STRING'], $query);
    Holder::$handler = new Rustdb\Handler(['lock' => 'row']);
    Holder::$self = new Holder;
    Holder::$self->own = [Holder::$self, Holder::$handler];
    echo strlen(Holder::$handler->read($query['id'])), ' ';
    switch ($query['end']) {
        case 'exit': exit;
        case 'uncaught': throw new Exception('uncaught');
        case 'fatal': ini_set('memory_limit', '8M'); str_repeat('x', 100_000_000);
        case 'shutdown': register_shutdown_function(function () use ($query) { echo strlen(Holder::$handler->read($query['id'])); });
    }
    PHP);
foreach (['return', 'exit', 'uncaught', 'fatal', 'shutdown'] as $end) {
    echo "$end: ", preg_replace('/\s+/', ' ', $site->get("end=$end&id=$id")), ' ', is_held($id) ? 'HELD' : 'free', "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_request');
?>
--EXPECTF--
return: 18 destructed free
exit: 18 destructed free
uncaught: 18 Fatal error: Uncaught Exception: uncaught in PAGE:13 Stack trace: #0 {main} thrown destructed free
fatal: 18 Fatal error: Allowed memory size of 8388608 bytes exhausted (tried to allocate %d bytes) free
shutdown: 18 18destructed free
