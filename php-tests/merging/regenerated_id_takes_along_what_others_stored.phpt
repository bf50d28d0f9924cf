--TEST--
What others have stored under the old id since this request read it is in the session of the new id as well
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_regenerate
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$wrapper = 'session_write_close(); session_set_save_handler(new SessionHandler()); session_id($argv[1]); session_start();';
$itself = 'session_write_close(); session_set_save_handler($handler = new SessionHandler()); session_id($argv[1]); session_start();';
$write = '$handler->write(session_id(), session_encode());';
$user = '$_SESSION["user"] = "alice";';
[$true, $false] = ['session_regenerate_id(true);', 'session_regenerate_id(false);'];
// What the request does before another one stores something, and what afterwards.
$ways = [
    'regenerate_id(true)' => ['', "$user $true"],
    'regenerate_id(false)' => ['', "$user $false"],
    'regenerate_id(true), under a wrapper class' => [$wrapper, "$user $true"],
    'regenerate_id(false), under a wrapper class' => [$wrapper, "$user $false"],
    'regenerate_id(true), after a write of its own that merged' => [$itself, "$user $write $true"],
    'regenerate_id(false), after a write of its own that merged' => [$itself, "$user $write $false"],
    'regenerate_id(true), and a write of its own came before' => ["$itself \$_SESSION['early'] = 1; $write", "$user $true"],
    'regenerate_id(true), nothing was changed before' => ['', "$true $user"],
    'regenerate_id(false), nothing was changed before' => ['', "$false $user"],
    'regenerate_id(false), and all was written before' => ["$itself \$_SESSION['early'] = 1; $write", "$false $user"],
    'regenerate_id(false), twice' => ['', "$false $false $user"],
    'regenerate_id(true), twice' => ['', "$user $true $true"],
    'regenerate_id(false), then (true)' => ['', "$user $false $true"],
];
foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    foreach ($ways as $what => [$before, $regenerate]) {
        $id = trim(request('', 'session_start(); $_SESSION = ["n" => 1, "cart" => ["a" => 1], "gone" => 1]; echo session_id();', $ini));
        $code = "$before tell('read'); listen(); $regenerate \$_SESSION['after'] = 1; session_write_close(); echo session_id();";
        $request = new OtherProcess(SHOW_WARNINGS . "session_start(); $code", [$id], $ini);
        $request->hear();
        request($id, 'session_start(); $_SESSION["cart"]["b"] = 2; unset($_SESSION["gone"]);', $ini);
        $new = finish($request);
        $read = 'session_start(["read_and_close" => true]); show($argv[1]);';
        $lines["$what: new " . trim(request($new, $read, $ini)) . '; old ' . (mark_of($id) ?? trim(request($id, $read, $ini)))][] = $strict;
    }
}
foreach ($lines as $line => $modes) {
    echo count($modes) === 2 ? '' : "strict $modes[0]: ", $line, "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_regenerate');
?>
--EXPECT--
regenerate_id(true): new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old regenerated
regenerate_id(false): new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice"}
regenerate_id(true), under a wrapper class: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old regenerated
regenerate_id(false), under a wrapper class: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice"}
regenerate_id(true), after a write of its own that merged: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old regenerated
regenerate_id(false), after a write of its own that merged: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice"}
regenerate_id(true), and a write of its own came before: new same id, {"n":1,"cart":{"a":1,"b":2},"early":1,"user":"alice","after":1}; old regenerated
regenerate_id(true), nothing was changed before: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old regenerated
regenerate_id(false), nothing was changed before: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2}}
regenerate_id(false), and all was written before: new same id, {"n":1,"cart":{"a":1,"b":2},"early":1,"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2},"early":1}
regenerate_id(false), twice: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2}}
regenerate_id(true), twice: new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old regenerated
regenerate_id(false), then (true): new same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice","after":1}; old same id, {"n":1,"cart":{"a":1,"b":2},"user":"alice"}
