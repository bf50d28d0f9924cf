--TEST--
Rustdb\Handler merges data of the format that it is told; data of another format, and opaque data, is one piece
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_formats
rustdb.merge_conflict=refuse
--FILE--
<?php
require __DIR__ . '/../inc/handler.inc';

/** One request stores $mine after another one has stored $theirs, upon $base. */
function merged(string $format, string $base, string $mine, string $theirs): string
{
    $options = $format === '' ? [] : ['format' => $format];
    store($id = framework_id(), $base, $options);
    [$first, $second] = [new Rustdb\Handler($options), new Rustdb\Handler($options)];
    $first->read($id);
    $second->read($id);
    $first->write($id, $theirs);
    return preg_replace('/: rustdb: .*/', '', outcome(fn() => $second->write($id, $mine))) . ' ' . strtr(stored($id), ["\1" => '^A']);
}
$formats = [
    'php_serialize' => fn(array $data) => serialize($data),
    'php' => fn(array $data) => implode('', array_map(fn($key, $value) => "$key|" . serialize($value), array_keys($data), $data)),
    'php_binary' => fn(array $data) => implode('', array_map(fn($key, $value) => chr(strlen($key)) . $key . serialize($value), array_keys($data), $data)),
    'json' => fn(array $data) => json_encode($data),
];
foreach (['', 'opaque', ...array_keys($formats)] as $format) {
    foreach ($formats as $name => $encode) {
        echo $format ?: 'default', " of $name: ", merged($format, $encode(['a' => 1]), $encode(['a' => 1, 'm' => 1]), $encode(['a' => 1, 't' => 1])), "\n";
    }
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_formats');
?>
--EXPECT--
default of php_serialize: true a:3:{s:1:"a";i:1;s:1:"t";i:1;s:1:"m";i:1;}
default of php: Rustdb\Exception a|i:1;t|i:1;
default of php_binary: Rustdb\Exception ^Aai:1;^Ati:1;
default of json: Rustdb\Exception {"a":1,"t":1}
opaque of php_serialize: Rustdb\Exception a:2:{s:1:"a";i:1;s:1:"t";i:1;}
opaque of php: Rustdb\Exception a|i:1;t|i:1;
opaque of php_binary: Rustdb\Exception ^Aai:1;^Ati:1;
opaque of json: Rustdb\Exception {"a":1,"t":1}
php_serialize of php_serialize: true a:3:{s:1:"a";i:1;s:1:"t";i:1;s:1:"m";i:1;}
php_serialize of php: Rustdb\Exception a|i:1;t|i:1;
php_serialize of php_binary: Rustdb\Exception ^Aai:1;^Ati:1;
php_serialize of json: Rustdb\Exception {"a":1,"t":1}
php of php_serialize: Rustdb\Exception a:2:{s:1:"a";i:1;s:1:"t";i:1;}
php of php: true a|i:1;t|i:1;m|i:1;
php of php_binary: Rustdb\Exception ^Aai:1;^Ati:1;
php of json: Rustdb\Exception {"a":1,"t":1}
php_binary of php_serialize: Rustdb\Exception a:2:{s:1:"a";i:1;s:1:"t";i:1;}
php_binary of php: Rustdb\Exception a|i:1;t|i:1;
php_binary of php_binary: true ^Aai:1;^Ati:1;^Ami:1;
php_binary of json: Rustdb\Exception {"a":1,"t":1}
json of php_serialize: Rustdb\Exception a:2:{s:1:"a";i:1;s:1:"t";i:1;}
json of php: Rustdb\Exception a|i:1;t|i:1;
json of php_binary: Rustdb\Exception ^Aai:1;^Ati:1;
json of json: true {"a":1,"t":1,"m":1}
