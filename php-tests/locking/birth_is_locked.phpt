--TEST--
A session is locked from birth: the second of two first requests waits and sees what the first one stored
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/faults.inc';

echo "an id that the client sent:\n";
$first = new OtherProcess('session_id($argv[1]); session_start(); tell("born"); listen(); $_SESSION["n"] = 1;', [$id = new_id()]);
echo $first->hear(), ', ', is_held($id) ? 'locked' : 'FREE', "\n";
$second = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"]++;', [$id]);
wait_until(fn() => waiters($id) === 1);
$first->say();
echo $first->end(), $second->end(), row($id)['data'], "\n";

echo "an id that PHP made, as a browser that follows a redirect early sends it back:\n";
$first = new OtherProcess('session_start(); tell(session_id()); listen(); $_SESSION["n"] = 1;');
$id = $first->hear();
echo is_held($id) ? 'locked' : 'FREE', "\n";
$second = new OtherProcess('session_id($argv[1]); session_start(); $_SESSION["n"]++;', [$id], ['session.use_strict_mode' => '1']);
wait_until(fn() => waiters($id) === 1);
$first->say();
echo $first->end(), $second->end(), row($id)['data'], "\n";
?>
--EXPECT--
an id that the client sent:
born, locked
n|i:2;
an id that PHP made, as a browser that follows a redirect early sends it back:
locked
n|i:2;
