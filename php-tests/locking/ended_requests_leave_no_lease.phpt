--TEST--
However a request ends, its lease is given back at once in a process that lives on, and what it stored is there
--EXTENSIONS--
mysqli
--INI--
rustdb.lock=lease
rustdb.table=t_ended_lease
--FILE--
<?php
require __DIR__ . '/../inc/ends.inc';

$id = store_session(['n' => 0]);
$new = new_id();
$site = new Site(<<<PHP
    ob_start();
    \$how = rawurldecode(\$_SERVER['QUERY_STRING']);
    if (\$how === 'handler that never closes') {
        session_set_save_handler(new class extends SessionHandler {
            public function close(): bool
            {
                return true;
            }
        });
    }
    session_id(\$how === 'new and left empty' ? '$new' : '$id');
    session_start();
    \$_SESSION['n']++;
    switch (\$how) {
        case 'exit':
            exit('bye');
        case 'exit in a shutdown function':
            register_shutdown_function(function () {
                exit('bye');
            });
            break;
        case 'uncaught exception':
            throw new Exception('uncaught');
        case 'memory limit':
            ini_set('memory_limit', '4M');
            str_repeat('x', 8 << 20);
            break;
        case 'time limit':
            set_time_limit(1);
            while (true);
        case 'error handler that dies of a warning':
            set_error_handler(fn() => undefined_function());
            trigger_error('x', E_USER_WARNING);
            break;
        case 'abort':
            session_abort();
            break;
        case 'reset':
            session_reset();
            break;
        case 'destroy':
            session_destroy();
            break;
        case 'another id':
            session_regenerate_id();
            echo session_id();
            break;
        case 'new and left empty':
            \$_SESSION = [];
    }
    PHP);
$ends = [
    'end of the script', 'exit', 'exit in a shutdown function', 'uncaught exception', 'memory limit', 'time limit',
    'error handler that dies of a warning', 'abort', 'reset', 'handler that never closes', 'new and left empty',
];
foreach ($ends as $how) {
    $site->get(rawurlencode($how));
    echo "$how: ", row($id)['data'], lease($id) > 0 ? ' LEASED' : '', lease($new) > 0 ? ' LEASED' : '', "\n";
}
$other = $site->get(rawurlencode('another id'));
echo 'another id: ', row($other)['data'], lease($id) + lease($other) > 0 ? ' LEASED' : '', "\n";
$site->get('destroy');
echo 'destroy: ', row($id) === null ? 'gone' : 'THERE', lease($id) > 0 ? ' LEASED' : '', "\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_ended_lease');
?>
--EXPECT--
end of the script: n|i:1;
exit: n|i:2;
exit in a shutdown function: n|i:3;
uncaught exception: n|i:4;
memory limit: n|i:5;
time limit: n|i:6;
error handler that dies of a warning: n|i:7;
abort: n|i:7;
reset: n|i:7;
handler that never closes: n|i:8;
new and left empty: n|i:8;
another id: n|i:9;
destroy: gone
