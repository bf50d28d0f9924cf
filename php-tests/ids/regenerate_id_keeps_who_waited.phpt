--TEST--
Who waits behind session_regenerate_id(true) keeps the id and reads the data as it was, and can only store it under another id
--EXTENSIONS--
mysqli
--FILE--
<?php
require __DIR__ . '/../inc/given_up.inc';

$sign_in = 'session_regenerate_id(true); $_SESSION["user"] = "alice"; session_write_close(); tell(session_id());';
$waits = [
    'reads' => '',
    'writes' => '$_SESSION["mine"] = 1; session_write_close();',
    'ends it' => 'session_destroy();',
    'regenerates, too' => 'session_regenerate_id(true); session_write_close(); echo session_id();',
    'regenerates and keeps the old one' => 'session_regenerate_id(false); session_write_close(); echo session_id();',
    'regenerates under a wrapper class' => 'session_write_close(); session_set_save_handler(new SessionHandler()); session_id($argv[1]);'
        . 'session_start(); show($argv[1]); session_regenerate_id(true); $_SESSION["w"] = 1; session_write_close(); echo session_id();',
    'resets' => '$_SESSION = []; session_reset(); show($argv[1]);',
];
$encrypted = ['rustdb.encryption_key_file' => key_file(new_key()), 'rustdb.compression' => 'zstd', 'rustdb.compression_min_bytes' => '1'];
$said = [];
foreach (['row', 'lease'] as $lock) {
    foreach (['0', '1'] as $strict) {
        foreach (['plain' => [], 'encrypted' => $encrypted] as $kind => $more) {
            $ini = ['rustdb.lock' => $lock, 'session.use_strict_mode' => $strict] + $more;
            $all = '';
            foreach ($waits as $what => $code) {
                request($id = new_id(), '$_SESSION = []; session_start(); $_SESSION["n"] = "before";', ['session.use_strict_mode' => '0'] + $ini);
                $holder = holder_of($id, $sign_in, $ini);
                $waiter = waiter_for($id, $code, $ini);
                $holder->say();
                $new = $holder->hear();
                $holder->end();
                $out = explode("\n", trim($waiter->end()));
                $other = preg_match('/^[0-9a-z,-]{20,}$/', end($out)) ? array_pop($out) : null;
                $all .= "$what: " . implode(' | ', $out) . '; left: ' . mark_of($id);
                $read = 'session_start(["read_and_close" => true]); show($argv[1]);';
                $all .= ', ' . trim(request($new, $read, $ini)) . ($other ? ', and ' . trim(request($other, $read, $ini)) : '') . "\n";
            }
            $said["$lock, strict $strict, $kind"] = $all;
        }
    }
}
echo count(array_unique($said)) === 1 ? current($said) : var_export($said, true);
?>
--EXPECT--
reads: same id, {"n":"before"}; left: regenerated, same id, {"n":"before","user":"alice"}
writes: same id, {"n":"before"} | WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored; left: regenerated, same id, {"n":"before","user":"alice"}
ends it: same id, {"n":"before"}; left: regenerated, same id, {"n":"before","user":"alice"}
regenerates, too: same id, {"n":"before"}; left: regenerated, same id, {"n":"before","user":"alice"}, and same id, {"n":"before"}
regenerates and keeps the old one: same id, {"n":"before"}; left: regenerated, same id, {"n":"before","user":"alice"}, and same id, {"n":"before"}
regenerates under a wrapper class: same id, {"n":"before"} | same id, []; left: regenerated, same id, {"n":"before","user":"alice"}, and same id, {"w":1}
resets: same id, {"n":"before"} | same id, {"n":"before"}; left: regenerated, same id, {"n":"before","user":"alice"}
