--TEST--
A session that has ended meanwhile is not brought back: the write is refused, with a warning that says by what
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_destroyed
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

/** A session of an id of ours, or of a foreign one. */
function begun(string $kind, array $ini): string
{
    $data = '$_SESSION = ["n" => 1, "list" => [1]];' . ($kind === 'labelled' ? 'Rustdb\label("alice");' : '');
    if ($kind === 'foreign') {
        request($id = new_id(), "session_start(); $data", ['session.use_strict_mode' => '0'] + $ini);
        return $id;
    }
    return trim(request('', "session_start(); $data echo session_id();", $ini));
}

$ends = [
    'session_destroy() of an id of ours' => ['ours', 'session_start(); session_destroy();'],
    'session_destroy() of a foreign id' => ['foreign', 'session_start(); session_destroy();'],
    'session_regenerate_id(true)' => ['ours', 'session_start(); session_regenerate_id(true);'],
    'session_regenerate_id(true) of a foreign id' => ['foreign', 'session_start(); session_regenerate_id(true);'],
    'Rustdb\revoke()' => ['labelled', 'Rustdb\revoke("alice");'],
    'Rustdb\revoke_one()' => ['labelled', 'Rustdb\revoke_one(Rustdb\sessions("alice")[0]["handle"]);'],
];
foreach (['0', '1'] as $strict) {
    $ini = ['session.use_strict_mode' => $strict];
    foreach ($ends as $what => [$kind, $end]) {
        $id = begun($kind, $ini);
        $writes = inside($id, '$_SESSION["mine"] = 1', $ini);
        $merged = inside($id, '$_SESSION["list"][] = 2', $ini);
        $reads = inside($id, '', $ini);
        // It has written before, so that its next write builds upon its own.
        $again = new OtherProcess(SHOW_WARNINGS . 'class Twice extends SessionHandler {
            public function write(string $id, string $data): bool {
                parent::write($id, "$data");
                tell("wrote"); listen();
                return parent::write($id, $data . "twice|i:2;");
            } }
            session_set_save_handler(new Twice()); session_start(); $_SESSION["once"] = 1; session_write_close();', [$id], $ini);
        $again->hear();
        request($id, $end, $ini);
        $said = array_map(finish(...), [$writes, $merged, $reads, $again]);
        $said = array_unique(array_filter($said));
        $lines["$what: " . implode(' / ', $said) . '; left: ' . remains($id)][] = $strict;
    }
}
foreach ($lines as $line => $modes) {
    echo count($modes) === 2 ? '' : "strict $modes[0]: ", $line, "\n";
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_destroyed');
?>
--EXPECT--
session_destroy() of an id of ours: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored; left: gone
session_destroy() of a foreign id: WARNING the session was destroyed meanwhile, or has expired (session_destroy() in another request); the changes were not stored; left: nothing
session_regenerate_id(true): WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored; left: regenerated
session_regenerate_id(true) of a foreign id: WARNING another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored; left: regenerated
Rustdb\revoke(): WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored; left: gone
Rustdb\revoke_one(): WARNING the session was signed out meanwhile (Rustdb\revoke); the changes were not stored; left: gone
