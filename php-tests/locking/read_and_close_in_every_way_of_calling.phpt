--TEST--
read_and_close waits for no lock, however session_start() is called
--EXTENSIONS--
mysqli
--INI--
rustdb.lock_wait=0
--FILE--
<?php
namespace Framework {
    class Storage
    {
        public function __construct(private array $options) {}

        public function start(): bool
        {
            return session_start($this->options);
        }

        public function __call(string $name, array $arguments): bool
        {
            return $name(...$arguments);
        }

        public static function boot(array $options): bool
        {
            return (fn() => \session_start(options: $options))();
        }
    }

    function start(array $options): bool
    {
        return session_start($options);
    }

    // Another function of this name is not what PHP calls the save handler from.
    function session_name(callable $call): bool
    {
        return $call();
    }
}

namespace {
    use Framework\Storage;

    require __DIR__ . '/../inc/common.inc';

    const OPTIONS = ['read_and_close' => true];

    function starts(): Generator
    {
        yield session_start(OPTIONS);
    }

    function through_reference(array &$options): bool
    {
        return session_start($options);
    }

    $options = OPTIONS;
    $ways = [
        'plain' => fn() => session_start(['read_and_close' => true]),
        'more options' => fn() => session_start(['gc_maxlifetime' => 100, 'read_and_close' => true, 'name' => 'PHPSESSID']),
        'fully qualified' => fn() => \session_start(OPTIONS),
        'in a namespace' => fn() => Framework\start(OPTIONS),
        'upper case' => fn() => SESSION_START(OPTIONS),
        'named argument' => fn() => session_start(options: OPTIONS),
        'spread array' => fn() => session_start(...[OPTIONS]),
        'spread names' => fn() => session_start(...['options' => OPTIONS]),
        'spread iterator' => fn() => session_start(...new ArrayIterator([OPTIONS])),
        'variable function' => fn() => ($name = 'session_start')(OPTIONS),
        'by reference' => fn() => through_reference($options),
        'call_user_func' => fn() => call_user_func('session_start', OPTIONS),
        'call_user_func_array' => fn() => call_user_func_array('session_start', ['options' => OPTIONS]),
        'array_map' => fn() => array_map('session_start', [OPTIONS])[0],
        'first-class callable' => fn() => session_start(...)(OPTIONS),
        'Closure::fromCallable' => fn() => Closure::fromCallable('session_start')->__invoke(OPTIONS),
        'ReflectionFunction' => fn() => (new ReflectionFunction('session_start'))->invoke(OPTIONS),
        'ReflectionFunction with an array' => fn() => (new ReflectionFunction('session_start'))->invokeArgs([OPTIONS]),
        'Fiber' => function () {
            $fiber = new Fiber(fn() => session_start(OPTIONS));
            $fiber->start();
            return $fiber->getReturn();
        },
        'the Fiber itself' => function () {
            $fiber = new Fiber('session_start');
            $fiber->start(OPTIONS);
            return $fiber->getReturn();
        },
        'generator' => fn() => starts()->current(),
        'method' => fn() => (new Storage(OPTIONS))->start(),
        'static method' => fn() => Storage::boot(OPTIONS),
        '__call' => fn() => (new Storage([]))->session_start(OPTIONS),
        'eval' => fn() => eval('return session_start(OPTIONS);'),
        'under a function session_name()' => fn() => Framework\session_name(fn() => session_start(OPTIONS)),
        'in an error handler' => function () {
            set_error_handler(fn() => session_start(OPTIONS));
            trigger_error('x');
            restore_error_handler();
            return true;
        },
        'in an output handler' => function () {
            ob_start(fn() => session_start(OPTIONS) ? '' : 'FAILED');
            ob_end_flush();
            return true;
        },
        'in a destructor' => function () {
            new class { public function __destruct() { session_start(OPTIONS); } };
            return true;
        },
        'in usort' => function () {
            $list = [1, 2];
            return usort($list, fn() => session_start(OPTIONS) ? 0 : 1);
        },
    ];

    $id = store_session(['a' => 1]);
    $holder = hold_row($id);
    foreach ($ways as $way => $call) {
        $_SESSION = null;
        $called = $call();
        echo $way, ': ', $called && $_SESSION === ['a' => 1] && session_status() === PHP_SESSION_NONE ? 'read' : 'FAILED', "\n";
    }
}
?>
--EXPECT--
plain: read
more options: read
fully qualified: read
in a namespace: read
upper case: read
named argument: read
spread array: read
spread names: read
spread iterator: read
variable function: read
by reference: read
call_user_func: read
call_user_func_array: read
array_map: read
first-class callable: read
Closure::fromCallable: read
ReflectionFunction: read
ReflectionFunction with an array: read
Fiber: read
the Fiber itself: read
generator: read
method: read
static method: read
__call: read
eval: read
under a function session_name(): read
in an error handler: read
in an output handler: read
in a destructor: read
in usort: read
