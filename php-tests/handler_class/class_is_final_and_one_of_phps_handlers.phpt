--TEST--
Rustdb\Handler is final, one of PHP's session handlers, neither to be copied nor serialised, and what the stub file says
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

$handler = new Rustdb\Handler;
$class = new ReflectionClass($handler);
foreach ([SessionHandlerInterface::class, SessionIdInterface::class, SessionUpdateTimestampHandlerInterface::class] as $interface) {
    echo $handler instanceof $interface ? 'a' : 'NO', " $interface\n";
}
echo json_encode([$class->isFinal(), $class->isCloneable(), $class->isInstantiable()]), "\n";
foreach (
    [
        'clone' => fn() => clone $handler,
        'serialize' => fn() => serialize([$handler]),
        'unserialize' => fn() => unserialize('O:14:"Rustdb\\Handler":0:{}'),
        'unserialize C' => fn() => unserialize('C:14:"Rustdb\\Handler":0:{}'),
        'without constructor' => fn() => $class->newInstanceWithoutConstructor(),
        'property' => fn() => $handler->any = 1,
        'too few' => fn() => $handler->write('a'),
        'wrong type' => fn() => $handler->read([]),
        'too many' => fn() => $handler->close(1),
    ] as $name => $call
) {
    echo "$name: ", outcome($call), "\n";
}
var_dump($handler, (array) $handler);

// The stub and the class, method by method.
$stub = file_get_contents(getenv('RUSTDB_ROOT') . '/examples/rustdb.stub.php');
preg_match('/^final class Handler implements (.*)\n\{\n(.*?)^\}/ms', $stub, $declared);
preg_match_all('/public function (.*)$/m', $declared[2], $methods);
$is = [];
foreach ($class->getMethods() as $method) {
    $parameters = array_map(
        fn($parameter) => $parameter->getType() . ' $' . $parameter->getName()
            . ($parameter->isOptional() ? ' = ' . json_encode($parameter->getDefaultValue()) : ''),
        $method->getParameters(),
    );
    $is[] = $method->getName() . '(' . implode(', ', $parameters) . ')' . ($method->hasReturnType() ? ': ' . $method->getReturnType() : '');
}
var_dump(array_diff($is, $methods[1]), count($is) === count($methods[1]));
var_dump(array_map(fn($interface) => ltrim($interface, '\\'), explode(', ', $declared[1])) === $class->getInterfaceNames());
?>
--EXPECT--
a SessionHandlerInterface
a SessionIdInterface
a SessionUpdateTimestampHandlerInterface
[true,false,true]
clone: Error: Trying to clone an uncloneable object of class Rustdb\Handler
serialize: Exception: Serialization of 'Rustdb\Handler' is not allowed
unserialize: Exception: Unserialization of 'Rustdb\Handler' is not allowed
unserialize C: Exception: Unserialization of 'Rustdb\Handler' is not allowed
without constructor: ReflectionException: Class Rustdb\Handler is an internal class marked as final that cannot be instantiated without invoking its constructor
property: Error: Cannot create dynamic property Rustdb\Handler::$any
too few: ArgumentCountError: Rustdb\Handler::write() expects exactly 2 arguments, 1 given
wrong type: TypeError: Rustdb\Handler::read(): Argument #1 ($id) must be of type string, array given
too many: ArgumentCountError: Rustdb\Handler::close() expects exactly 0 arguments, 1 given
object(Rustdb\Handler)#1 (0) {
}
array(0) {
}
array(0) {
}
bool(true)
bool(true)
