--TEST--
Several sessions of different names and ids one after another in a request each keep their own data and lock
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/common.inc';

$ids = ['SHOP' => new_id(), 'ADMIN' => new_id(), 'API' => new_id()];
foreach ([1, 2, 3] as $round) {
    foreach ($ids as $name => $id) {
        session_name($name);
        session_id($id);
        session_start();
        $_SESSION['visits'][] = "$name $round";
        $held = array_keys(array_filter($ids, is_held(...)));
        echo "$name open, locked: ", implode(', ', $held), "\n";
        session_write_close();
    }
}
foreach ($ids as $name => $id) {
    echo row($id)['data'], "\n";
}
?>
--EXPECT--
SHOP open, locked: SHOP
ADMIN open, locked: ADMIN
API open, locked: API
SHOP open, locked: SHOP
ADMIN open, locked: ADMIN
API open, locked: API
SHOP open, locked: SHOP
ADMIN open, locked: ADMIN
API open, locked: API
visits|a:3:{i:0;s:6:"SHOP 1";i:1;s:6:"SHOP 2";i:2;s:6:"SHOP 3";}
visits|a:3:{i:0;s:7:"ADMIN 1";i:1;s:7:"ADMIN 2";i:2;s:7:"ADMIN 3";}
visits|a:3:{i:0;s:5:"API 1";i:1;s:5:"API 2";i:2;s:5:"API 3";}
