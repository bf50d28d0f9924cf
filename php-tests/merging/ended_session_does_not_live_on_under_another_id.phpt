--TEST--
A session that has ended meanwhile does not go on under another id, and a new one of the same id gets nothing of it
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_escape
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$begin = 'session_start(); $_SESSION = ["secret" => 1]; Rustdb\label("alice"); session_write_close(); echo session_id();';
$ends = [
    'session_destroy()' => 'session_start(); session_destroy();',
    'Rustdb\revoke()' => 'Rustdb\revoke("alice");',
    // As under locks, where the second waits for the first and goes on with what it read.
    'session_regenerate_id(true)' => 'session_start(); session_regenerate_id(true);',
];
$regenerates = [
    'regenerate_id(true)' => 'session_regenerate_id(true);',
    'regenerate_id(false)' => 'session_regenerate_id(false);',
    'changed, regenerate_id(true)' => '$_SESSION["mine"] = 1; session_regenerate_id(true);',
    'changed, regenerate_id(false)' => '$_SESSION["mine"] = 1; session_regenerate_id(false);',
];
foreach ($ends as $end => $code) {
    foreach ($regenerates as $what => $regenerate) {
        foreach (['ours', 'foreign'] as $kind) {
            $id = trim(request($kind === 'ours' ? '' : new_id(), $begin, []));
            $request = inside($id, "$regenerate echo session_status() === PHP_SESSION_ACTIVE ? session_id() : 'no session'");
            request($id, $code, []);
            $said = finish($request);
            $said = preg_replace_callback('/[0-9a-v]{20,}$/', fn($new) => "another id, with " . remains($new[0]), $said);
            echo "$end, then $what, $kind: $said\n";
        }
    }
}

// Another visitor's session begins under the id that the first has left, as on a computer that people share.
$requests = [
    'writes' => '$_SESSION["leak"] = 1',
    'regenerates' => 'session_regenerate_id(true); $_SESSION["leak"] = 1',
];
foreach ($requests as $what => $code) {
    $id = store_session(['secret' => 1], new_id());
    // Not in the same second.
    change_row($id, 'created_at=created_at-100');
    $request = inside($id, $code);
    request($id, 'session_start(); session_destroy(); session_id($argv[1]); session_start(); $_SESSION["other"] = 1;', []);
    echo "born again, and who was inside $what: ", finish($request), '; left: ', remains($id), "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_escape');
?>
--EXPECT--
session_destroy(), then regenerate_id(true), ours: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then regenerate_id(true), foreign: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then regenerate_id(false), ours: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then regenerate_id(false), foreign: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then changed, regenerate_id(true), ours: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then changed, regenerate_id(true), foreign: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then changed, regenerate_id(false), ours: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
session_destroy(), then changed, regenerate_id(false), foreign: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored | no session
Rustdb\revoke(), then regenerate_id(true), ours: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then regenerate_id(true), foreign: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then regenerate_id(false), ours: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then regenerate_id(false), foreign: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then changed, regenerate_id(true), ours: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then changed, regenerate_id(true), foreign: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then changed, regenerate_id(false), ours: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
Rustdb\revoke(), then changed, regenerate_id(false), foreign: WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored | no session
session_regenerate_id(true), then regenerate_id(true), ours: another id, with secret|i:1;
session_regenerate_id(true), then regenerate_id(true), foreign: another id, with secret|i:1;
session_regenerate_id(true), then regenerate_id(false), ours: another id, with secret|i:1;
session_regenerate_id(true), then regenerate_id(false), foreign: another id, with secret|i:1;
session_regenerate_id(true), then changed, regenerate_id(true), ours: another id, with secret|i:1;mine|i:1;
session_regenerate_id(true), then changed, regenerate_id(true), foreign: another id, with secret|i:1;mine|i:1;
session_regenerate_id(true), then changed, regenerate_id(false), ours: another id, with secret|i:1;mine|i:1;
session_regenerate_id(true), then changed, regenerate_id(false), foreign: another id, with secret|i:1;mine|i:1;
born again, and who was inside writes: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored; left: other|i:1;
born again, and who was inside regenerates: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored; left: other|i:1;
