--TEST--
Rustdb\label() ties sessions to a user, sessions() lists them, revoke() and revoke_one() end them, in each lock mode
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_labels
--FILE--
<?php
require __DIR__ . '/../inc/labels.inc';

in_each_mode(<<<'PHP'
    function handles(string $label): array
    {
        return array_column(Rustdb\sessions($label), 'handle');
    }
    function change_label(string $handle, string $assignment): void
    {
        admin()->query('UPDATE ' . ini_get('rustdb.table') . "_label SET $assignment WHERE handle=x'$handle'");
    }

    echo json_encode(Rustdb\sessions('nobody')), Rustdb\revoke('nobody'), json_encode(Rustdb\revoke_one(str_repeat('0', 32))), "\n";

    // Any bytes, and as many as 191.
    foreach ([str_repeat('x', 191), "\0\xff'\\\"", '0', ' ', '=', '-', 'ü', 'Alice', 'alice'] as $label) {
        $id = labelled($label);
        [$entry] = Rustdb\sessions($label);
        $entry['handle'] = preg_match('/^[0-9a-f]{32}$/', $entry['handle']);
        $age = time() - $entry['created'];
        echo bin2hex(substr($label, 0, 8)), ' ', implode(',', array_keys($entry)), ' ', var_export($entry['current'], true),
            abs($age) < 5 && $entry['seen'] >= $entry['created'] ? '' : " AGE $age", ' ', Rustdb\revoke($label), found($id), "\n";
    }
    foreach (['' , str_repeat('x', 192)] as $label) {
        foreach ([Rustdb\label(...), Rustdb\sessions(...), Rustdb\revoke(...)] as $function) {
            try {
                $function($label);
                echo "TAKEN\n";
            } catch (ValueError $e) {
                echo $e->getMessage(), "\n";
            }
        }
    }
    try {
        Rustdb\label('alice');
    } catch (Error $e) {
        echo $e->getMessage(), "\n";
    }

    // Several of one label: newest first, and the current one is known.
    $ids = [labelled('alice'), labelled('alice'), labelled('alice')];
    foreach (handles('alice') as $number => $handle) {
        change_label($handle, 'created_at=' . [100, 300, 200][$number]);
    }
    session_id($ids[1]);
    session_start();
    $list = Rustdb\sessions('alice');
    echo implode(' ', array_column($list, 'created')), ' ', count(array_filter(array_column($list, 'current'))), "\n";
    $current = current(array_filter($list, fn($entry) => $entry['current']))['handle'];
    // Sign out one other, then all others, then all.
    $other = current(array_diff(handles('alice'), [$current]));
    echo json_encode([Rustdb\revoke_one($other), Rustdb\revoke_one($other), count(handles('alice'))]), "\n";
    foreach (['', 'x', strtoupper($other), "$other\0", substr($other, 1), "' OR 1=1 -- "] as $wrong) {
        echo Rustdb\revoke_one($wrong) ? "ENDED BY $wrong\n" : '';
    }
    echo Rustdb\revoke('alice'), handles('alice') === [$current] ? ' kept' : ' LOST', "\n";
    $_SESSION['n'] = 5;
    session_write_close();
    echo found($ids[1]), ' ', Rustdb\revoke('alice', false), ' ', found($ids[1]), "\n";

    // Revoking oneself: what the request still changes is refused.
    $id = labelled('alice');
    session_id($id);
    session_start();
    echo Rustdb\revoke('alice', keep_current: false), "\n";
    $_SESSION['n'] = 6;
    session_write_close();
    echo found($id), "\n";

    // Another label, none, and one again: the handle stays, and so does created.
    $id = labelled('alice', ['n' => 1]);
    [$handle] = handles('alice');
    change_label($handle, 'created_at=100');
    $steps = ['bob' => ['n' => 1], '' => ['n' => 2], 'carol' => ['n' => str_repeat('x', 40_000)], 'dave' => ['n' => str_repeat('x', 40_000)]];
    foreach ($steps as $label => $data) {
        labelled($label ?: null, $data, $id);
        echo implode(' ', array_map(fn($label) => $label . count(handles($label)), ['alice', 'bob', 'carol', 'dave'])), "\n";
    }
    var_dump(Rustdb\sessions('dave')[0]['handle'] === $handle, Rustdb\sessions('dave')[0]['created']);
    Rustdb\revoke('dave');

    // A label is dropped by session_abort() and session_reset(), and the same one again writes nothing.
    session_id($id = labelled('alice', ['n' => 1]));
    session_start();
    Rustdb\label('bob');
    session_reset();
    session_write_close();
    session_start();
    Rustdb\label('bob');
    session_abort();
    $version = row($id)['version'];
    session_start();
    Rustdb\label('alice');
    session_write_close();
    echo count(handles('alice')), count(handles('bob')), $version === row($id)['version'] ? '' : ' WRITTEN', "\n";

    // A label alone makes a session of an empty one; no label does not.
    session_id(new_id());
    session_start();
    Rustdb\label(null);
    session_write_close();
    echo json_encode(row(session_id())), ' ';
    session_start();
    Rustdb\label('empty');
    session_write_close();
    echo strlen(row(session_id())['data']), count(handles('empty')), "\n";

    // Expired sessions are in no list and no count; a session reborn under that id belongs to nobody.
    session_id($id = labelled('erin'));
    change_row($id, 'expires_at=1');
    echo count(handles('erin'));
    session_start();
    $_SESSION['n'] = 7;
    session_write_close();
    echo count(handles('erin')), Rustdb\revoke('erin'), found($id), ' ', json_encode(row($id)['handle']), "\n";
    PHP);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/labels.inc';
drop_tables_of_each_mode('t_labels');
?>
--EXPECT--
in each mode:
[]0false
7878787878787878 handle,created,seen,current false 1null
00ff275c22 handle,created,seen,current false 1null
30 handle,created,seen,current false 1null
20 handle,created,seen,current false 1null
3d handle,created,seen,current false 1null
2d handle,created,seen,current false 1null
c3bc handle,created,seen,current false 1null
416c696365 handle,created,seen,current false 1null
616c696365 handle,created,seen,current false 1null
Rustdb\label(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\sessions(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\revoke(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\label(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\sessions(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\revoke(): Argument #1 ($label) must have between 1 and 191 bytes
Rustdb\label(): there is no active session, call session_start() first
300 200 100 1
[true,false,2]
1 kept
5 1 null
1
WARNING cannot write session X…: the session was signed out meanwhile (Rustdb\revoke); the changes were not stored
null
alice0 bob1 carol0 dave0
alice0 bob0 carol0 dave0
alice0 bob0 carol1 dave0
alice0 bob0 carol0 dave1
bool(true)
int(100)
10
null 01
0007 null
