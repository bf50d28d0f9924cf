--TEST--
Objects with private and protected properties, references and enums come back as they were
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

enum Role: string { case Admin = 'a'; }

class User
{
    public ?User $boss = null;
    public function __construct(private string $name, protected Role $role, public readonly int $age) {}
}

$user = new User('Łódź', Role::Admin, 42);
$user->boss = $user;
$shared = [1];
store_session(['user' => $user, 'one' => &$shared, 'two' => &$shared, 'time' => new DateTimeImmutable('@0')]);

$_SESSION = [];
session_start();
var_dump(print_r($_SESSION['user'], true) === print_r($user, true), $_SESSION['user']->boss === $_SESSION['user']);
$_SESSION['one'][] = 2;
var_dump($_SESSION['two'], $_SESSION['time']->format('c'));
?>
--EXPECT--
bool(true)
bool(true)
array(2) {
  [0]=>
  int(1)
  [1]=>
  int(2)
}
string(25) "1970-01-01T00:00:00+00:00"
