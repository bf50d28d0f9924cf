--TEST--
A function session_start() of a namespace or a class, called with read_and_close, is not mistaken for PHP's
--EXTENSIONS--
mysqli
--FILE--
<?php
namespace App {
    function session_start(array $options): bool
    {
        return \session_start();
    }

    class Session
    {
        public function session_start(array $options): bool
        {
            return \session_start(['name' => 'PHPSESSID']);
        }

        public static function session_gc(): bool
        {
            return \session_start();
        }
    }
}

namespace {
    require __DIR__ . '/../inc/common.inc';

    $id = store_session(['a' => 1]);
    $calls = [
        'a function' => fn() => App\session_start(['read_and_close' => true]),
        'a method' => fn() => (new App\Session)->session_start(['read_and_close' => true]),
        'a static method' => fn() => App\Session::session_gc(['read_and_close' => true]),
    ];
    foreach ($calls as $what => $call) {
        $call();
        $_SESSION['a']++;
        echo $what, ': ', is_held($id) ? 'locked' : 'NOT LOCKED', "\n";
        session_write_close();
        echo row($id)['data'], "\n";
    }
}
?>
--EXPECT--
a function: locked
a|i:2;
a method: locked
a|i:3;
a static method: locked
a|i:4;
