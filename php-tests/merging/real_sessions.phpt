--TEST--
What Symfony, phpMyAdmin, DokuWiki and Roundcube write at once is merged: sessions of their shape, and what conflicts in them
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=merge
rustdb.table=t_merge_real
--FILE--
<?php
require __DIR__ . '/../inc/merging.inc';

$log = getenv('RUSTDB_TEST_DIR') . '/' . uniqid('merge-real');

/** Two requests have read $before; each changes what its code says, the first one writes first. Shows the keys that have changed. */
function both(string $what, array $before, string $first, string $second): void
{
    global $log;
    $id = store_session($before, new_id());
    $said = at_once($id, [$first, $second], ['rustdb.log_merge_conflicts' => '1', 'error_log' => $log]);
    $after = json_decode(holds($id), true);
    $changed = array_filter($after, fn($value, $key) => !array_key_exists($key, $before) || $before[$key] !== $value, ARRAY_FILTER_USE_BOTH);
    $gone = implode(' ', array_keys(array_diff_key($before, $after)));
    preg_match_all('/changed the same: (.*?); /', (string) @file_get_contents($log), $conflicts);
    file_put_contents($log, '');
    echo "$what: ", json_encode($changed, JSON_UNESCAPED_SLASHES), $gone === '' ? '' : ", without $gone", $said,
        $conflicts[1] === [] ? '' : "\n    conflict: " . implode(' | ', $conflicts[1]), "\n";
}

echo "Symfony\n";
$session = [
    '_sf2_attributes' => ['user' => 'ada', '_csrf/authenticate' => 't0', 'settings' => ['font' => 'serif'], 'cart' => [['article' => 'pen', 'pieces' => 1]]],
    '_sf2_meta' => ['u' => 100, 'c' => 90, 'l' => 0],
];
$attribute = fn(string $name, string $value): string => "\$_SESSION['_sf2_attributes']$name = $value;";
$used = fn(int $at): string => "\$_SESSION['_sf2_meta']['u'] = $at;";
$flash = fn(string $text): string => "\$_SESSION['_symfony_flashes']['notice'][] = '$text';";
both('two settings, each with a message', $session, $attribute("['settings']['font']", "'mono'") . $flash('Font.'), $attribute("['settings']['size']", '12') . $flash('Size.'));
both('two tokens of forms', $session, $attribute("['_csrf/a']", "'t1'"), $attribute("['_csrf/b']", "'t2'"));
both('two tokens of one form', $session, $attribute("['_csrf/a']", "'t1'"), $attribute("['_csrf/a']", "'t2'"));
both('two articles', $session, $attribute("['cart'][]", "['article' => 'ink', 'pieces' => 1]"), $attribute("['cart'][]", "['article' => 'cap', 'pieces' => 2]"));
both('a change beside a look, in another second', $session, $used(101), $used(102) . $attribute("['user']", "'ada l.'"));
both('a message comes while another is shown', $session + ['_symfony_flashes' => ['notice' => ['A.']]], $flash('B.'), 'unset($_SESSION["_symfony_flashes"]);');

echo "phpMyAdmin\n";
$table = fn(string $database, string $table): array => ['db' => $database, 'table' => $table];
$session = [
    ' PMA_token ' => 'token',
    'browser_access_time' => ['default' => 100],
    'userconfig' => ['db' => ['MaxRows' => 25], 'ts' => 100],
    'cache' => ['server_1' => ['userprefs' => ['MaxRows' => 25], 'config_mtime' => 50]],
    'tmpval' => ['favoriteTables' => [1 => []], 'recentTables' => [1 => [$table('shop', 'a')]], 'query' => []],
    'sql_history' => [$table('shop', 'a') + ['sqlquery' => 'SELECT 1']],
];
$query = fn(string $text): string => "\$_SESSION['sql_history'][] = ['db' => 'shop', 'table' => '', 'sqlquery' => '$text'];"
    . "\$_SESSION['tmpval']['query']['" . md5($text) . "'] = ['sql' => '$text', 'max_rows' => 25];";
$prefer = fn(string $name, int $value, int $at): string => "\$_SESSION['userconfig']['db']['$name'] = $value;"
    . "\$_SESSION['userconfig']['ts'] = $at; unset(\$_SESSION['cache']['server_1']['userprefs']);";
$recent = fn(string $database, string $table): string => "array_unshift(\$_SESSION['tmpval']['recentTables'][1], ['db' => '$database', 'table' => '$table']);";
both('two queries', $session, $query('SELECT 2'), $query('SELECT 3'));
both('two preferences', $session, $prefer('MaxRows', 50, 101), $prefer('LimitChars', 20, 102));
both('two tables of one database', $session, $recent('shop', 'b'), $recent('shop', 'c'));
both('a table of another database', $session, $recent('blog', 'b'), $recent('shop', 'c'));
both('two windows', $session, '$_SESSION["browser_access_time"]["w1"] = 101;', '$_SESSION["browser_access_time"]["w2"] = 102;');

echo "DokuWiki\n";
$key = 'DW' . str_repeat('0', 32);
$auth = ['user' => 'ada', 'pass' => 'p0', 'buid' => 'b', 'info' => ['name' => 'Ada', 'mail' => 'ada@example.com', 'grps' => ['admin', 'user']], 'time' => 100];
$read = fn(string $id): string => "unset(\$_SESSION['$key']['bc']['$id']); \$_SESSION['$key']['bc']['$id'] = '$id';";
$sign_in = fn(int $time): string => "\$_SESSION['$key']['auth'] = ['user' => 'ada', 'pass' => 'p$time', 'buid' => 'b', 'info' => ['grps' => ['admin', 'user']], 'time' => $time];";
both('two pages', [$key => ['bc' => ['start' => 'start']]], $read('apple'), $read('banana'));
both('a page beside a sign-in', [$key => ['bc' => ['start' => 'start']]], $sign_in(101), $read('apple'));
both('two sign-ins', [$key => ['bc' => []]], $sign_in(101), $sign_in(102));
both('a page beside a sign-out', [$key => ['bc' => ['start' => 'start'], 'auth' => $auth]],
    "unset(\$_SESSION['$key']['auth']['user'], \$_SESSION['$key']['auth']['pass'], \$_SESSION['$key']['auth']['info'], \$_SESSION['$key']['bc']);", $read('apple'));

echo "Roundcube\n";
$session = [
    'language' => 'en_US',
    'user_id' => 1,
    'password' => 'encrypted',
    'request_token' => 'token',
    '__MTIME' => 100,
    'task' => 'mail',
    'mbox' => 'INBOX',
    'unseen_count' => ['INBOX' => 3, 'Drafts' => 0],
    'folders' => ['INBOX' => ['cnt' => 3, 'maxuid' => 3]],
    'compose_data_1' => ['id' => '1', 'param' => ['message-id' => '<1@example.com>'], 'mailbox' => 'INBOX', 'mode' => null],
];
$task = fn(string $task, int $at): string => "\$_SESSION['task'] = '$task'; \$_SESSION['__MTIME'] = $at;";
$attach = fn(string $id): string => "\$_SESSION['compose_data_1']['attachments']['$id'] = ['name' => '$id.txt', 'size' => 5];"
    . "\$_SESSION['plugins']['filesystem_attachments']['1']['$id'] = '/tmp/$id';";
both('two attachments of one mail', $session, $attach('10'), $attach('11'));
both('a second window to write in, beside new mail', $session, "\$_SESSION['compose_data_2'] = ['id' => '2', 'mode' => null];", '$_SESSION["unseen_count"]["INBOX"] = 4; $_SESSION["folders"]["INBOX"]["cnt"] = 4;');
both('two tasks', $session, $task('settings', 101), $task('addressbook', 102));
both('new mail beside a sign-out', $session, '$_SESSION = ["language" => "en_US", "temp" => true, "__MTIME" => 101];', '$_SESSION["unseen_count"]["INBOX"] = 4; $_SESSION["__MTIME"] = 101;');
unlink($log);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_merge_real');
?>
--EXPECT--
Symfony
two settings, each with a message: {"_sf2_attributes":{"user":"ada","_csrf/authenticate":"t0","settings":{"font":"mono","size":12},"cart":[{"article":"pen","pieces":1}]},"_symfony_flashes":{"notice":["Font.","Size."]}}
two tokens of forms: {"_sf2_attributes":{"user":"ada","_csrf/authenticate":"t0","settings":{"font":"serif"},"cart":[{"article":"pen","pieces":1}],"_csrf/a":"t1","_csrf/b":"t2"}}
two tokens of one form: {"_sf2_attributes":{"user":"ada","_csrf/authenticate":"t0","settings":{"font":"serif"},"cart":[{"article":"pen","pieces":1}],"_csrf/a":"t2"}}
    conflict: _sf2_attributes[_csrf/a]
two articles: {"_sf2_attributes":{"user":"ada","_csrf/authenticate":"t0","settings":{"font":"serif"},"cart":[{"article":"pen","pieces":1},{"article":"ink","pieces":1},{"article":"cap","pieces":2}]}}
a change beside a look, in another second: {"_sf2_attributes":{"user":"ada l.","_csrf/authenticate":"t0","settings":{"font":"serif"},"cart":[{"article":"pen","pieces":1}]},"_sf2_meta":{"u":102,"c":90,"l":0}}
    conflict: _sf2_meta[u]
a message comes while another is shown: [], without _symfony_flashes
    conflict: _symfony_flashes
phpMyAdmin
two queries: {"tmpval":{"favoriteTables":{"1":[]},"recentTables":{"1":[{"db":"shop","table":"a"}]},"query":{"fc1c7a0bdce312b20bc3780dd6d41aaa":{"sql":"SELECT 2","max_rows":25},"122e5d851c9285ac41c5296a48e4c50d":{"sql":"SELECT 3","max_rows":25}}},"sql_history":[{"db":"shop","table":"a","sqlquery":"SELECT 1"},{"db":"shop","table":"","sqlquery":"SELECT 2"},{"db":"shop","table":"","sqlquery":"SELECT 3"}]}
two preferences: {"userconfig":{"db":{"MaxRows":50,"LimitChars":20},"ts":102},"cache":{"server_1":{"config_mtime":50}}}
    conflict: userconfig[ts]
two tables of one database: {"tmpval":{"favoriteTables":{"1":[]},"recentTables":{"1":[{"db":"shop","table":"c"},{"db":"shop","table":"a"}]},"query":[]}}
    conflict: tmpval[recentTables][1]
a table of another database: {"tmpval":{"favoriteTables":{"1":[]},"recentTables":{"1":[{"db":"shop","table":"c"},{"db":"shop","table":"a"}]},"query":[]}}
    conflict: tmpval[recentTables][1]
two windows: {"browser_access_time":{"default":100,"w1":101,"w2":102}}
DokuWiki
two pages: {"DW00000000000000000000000000000000":{"bc":{"start":"start","apple":"apple","banana":"banana"}}}
a page beside a sign-in: {"DW00000000000000000000000000000000":{"bc":{"start":"start","apple":"apple"},"auth":{"user":"ada","pass":"p101","buid":"b","info":{"grps":["admin","user"]},"time":101}}}
two sign-ins: {"DW00000000000000000000000000000000":{"bc":[],"auth":{"user":"ada","pass":"p102","buid":"b","info":{"grps":["admin","user"]},"time":102}}}
    conflict: DW00000000000000000000000000000000[auth][pass], DW00000000000000000000000000000000[auth][time]
a page beside a sign-out: {"DW00000000000000000000000000000000":{"auth":{"buid":"b","time":100},"bc":{"start":"start","apple":"apple"}}}
    conflict: DW00000000000000000000000000000000[bc]
Roundcube
two attachments of one mail: {"compose_data_1":{"id":"1","param":{"message-id":"<1@example.com>"},"mailbox":"INBOX","mode":null,"attachments":{"10":{"name":"10.txt","size":5},"11":{"name":"11.txt","size":5}}},"plugins":{"filesystem_attachments":{"1":{"10":"/tmp/10","11":"/tmp/11"}}}}
a second window to write in, beside new mail: {"unseen_count":{"INBOX":4,"Drafts":0},"folders":{"INBOX":{"cnt":4,"maxuid":3}},"compose_data_2":{"id":"2","mode":null}}
two tasks: {"__MTIME":102,"task":"addressbook"}
    conflict: __MTIME, task
new mail beside a sign-out: {"temp":true,"__MTIME":101,"unseen_count":{"INBOX":4,"Drafts":0}}, without user_id password request_token task mbox folders compose_data_1
    conflict: unseen_count