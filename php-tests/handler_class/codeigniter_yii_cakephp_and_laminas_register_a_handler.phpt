--TEST--
Frameworks that call session_set_save_handler() with an object, and then PHP's session functions, have a Rustdb\Handler's strict mode, marks and merges, each by its own calls
--DESCRIPTION--
None of them is a package of Debian's. The calls are those of CodeIgniter 4's Session (configure, setSaveHandler, start, initVars, regenerate,
destroy), of CakePHP 4's (setEngine, start, renew, destroy), of Yii 2's (registerSessionHandler, open, close, regenerateID, destroy), of
yiisoft/session, Yii 3's (its constructor, open, regenerateId, destroy), and of laminas-session's SessionManager, whose handlers have to
implement an interface of its own and which keeps the time of each request in the session.
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_register
--FILE--
<?php
require __DIR__ . '/../inc/frameworks.inc';

/** name => before the session, its start, another id, its end, before the page's end. */
$frameworks = [
    'CodeIgniter 4' => [
        <<<'PHP'
            ini_set('session.name', 'ci_session');
            ini_set('session.cookie_samesite', 'Lax');
            session_set_cookie_params(['lifetime' => 7200, 'path' => '/', 'domain' => '', 'secure' => false, 'httponly' => true, 'samesite' => 'Lax']);
            ini_set('session.gc_maxlifetime', '7200');
            ini_set('session.save_path', '/var/www/writable/session');
            ini_set('session.use_trans_sid', '0');
            ini_set('session.use_strict_mode', '1');
            ini_set('session.use_cookies', '1');
            ini_set('session.use_only_cookies', '1');
            ini_set('session.sid_bits_per_character', '4');
            ini_set('session.sid_length', '32');
            session_set_save_handler(new Rustdb\Handler, true);
            if (isset($_COOKIE['ci_session']) && preg_match('#\A[0-9a-f]{32}\z#', $_COOKIE['ci_session']) !== 1) {
                unset($_COOKIE['ci_session']);
            }
            PHP,
        <<<'PHP'
            session_start();
            $_SESSION['__ci_last_regenerate'] ??= time();
            PHP,
        '$_SESSION["__ci_last_regenerate"] = time(); session_regenerate_id(true);',
        'session_destroy();',
        '',
    ],
    'CakePHP' => [
        <<<'PHP'
            ini_set('session.use_strict_mode', '1');
            ini_set('session.cookie_path', '/');
            session_set_save_handler(new Rustdb\Handler, false);
            session_register_shutdown();
            PHP,
        'session_start();',
        <<<'PHP'
            $params = session_get_cookie_params();
            unset($params['lifetime']);
            $params['expires'] = time() - 42000;
            setcookie(session_name(), '', $params);
            session_regenerate_id(true);
            PHP,
        'session_destroy();',
        '',
    ],
    'Yii 2' => [
        <<<'PHP'
            ini_set('session.use_strict_mode', '1');
            register_shutdown_function(fn() => session_status() === PHP_SESSION_ACTIVE && @session_write_close());
            @session_set_save_handler(new Rustdb\Handler, false);
            PHP,
        '@session_start();',
        '@session_regenerate_id(true);',
        '@session_unset(); $id = session_id(); @session_destroy(); @session_id($id);',
        '',
    ],
    'Yii 3' => [
        'session_set_save_handler(new Rustdb\Handler, true);',
        <<<'PHP'
            session_start(['use_cookies' => 1, 'use_only_cookies' => 1, 'cookie_httponly' => 1, 'use_strict_mode' => 1,
                'sid_bits_per_character' => 5, 'sid_length' => 48, 'cache_limiter' => 'nocache', 'cookie_samesite' => 'Lax']);
            PHP,
        'session_regenerate_id(true);',
        'session_destroy();',
        'session_write_close();',
    ],
    'Laminas' => [
        <<<'PHP'
            ini_set('session.use_strict_mode', '1');
            interface LaminasHandler extends SessionHandlerInterface {}
            final class Ours implements LaminasHandler, SessionIdInterface, SessionUpdateTimestampHandlerInterface
            {
                private Rustdb\Handler $handler;
                function __construct() { $this->handler = new Rustdb\Handler; }
                function open($path, $name): bool { return $this->handler->open($path, $name); }
                function close(): bool { return $this->handler->close(); }
                function read($id): string|false { return $this->handler->read($id); }
                function write($id, $data): bool { return $this->handler->write($id, $data); }
                function destroy($id): bool { return $this->handler->destroy($id); }
                function gc($lifetime): int|false { return $this->handler->gc($lifetime); }
                function create_sid(): string { return $this->handler->create_sid(); }
                function validateId($id): bool { return $this->handler->validateId($id); }
                function updateTimestamp($id, $data): bool { return $this->handler->updateTimestamp($id, $data); }
            }
            session_set_save_handler(new Ours);
            PHP,
        'session_start();',
        'session_regenerate_id(true);',
        'session_destroy();',
        'if (isset($_GET["set"])) { $_SESSION["__Laminas"]["_REQUEST_ACCESS_TIME"] = microtime(true); }',
    ],
];
/** A framework's page; what it keeps for itself in the session is not shown. */
$page = fn(string $register, string $start, string $regenerate, string $destroy, string $end): string => <<<PHP
    ob_start();
    $register
    try {
        $start
    } catch (Throwable \$e) {
        die(get_class(\$e) . ": {\$e->getMessage()}");
    }
    if (session_status() !== PHP_SESSION_ACTIVE) {
        die('there is no session');
    }
    meanwhile();
    if (isset(\$_GET['regenerate'])) {
        $regenerate
    }
    if (isset(\$_GET['set'])) {
        \$_SESSION[\$_GET['set']] = 1;
    }
    echo json_encode(array_filter(\$_SESSION, fn(string \$key) => !str_starts_with(\$key, '__'), ARRAY_FILTER_USE_KEY));
    if (isset(\$_GET['destroy'])) {
        $destroy
    }
    $end
    PHP;
foreach ($frameworks as $name => $calls) {
    echo "== $name\n";
    visit($page(...$calls), $name === 'CodeIgniter 4' ? 'ci_session' : 'PHPSESSID');
    visit_without_server($page(...$calls));
}
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_register');
?>
--EXPECT--
== CodeIgniter 4
a visit that stores nothing leaves a row: yes, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: {"a":1}, held: no
unchanged: {"a":1}, the cookie is another: no, written: no
two at once: {"a":1,"theirs":1,"mine":1}
another id: {"a":1,"theirs":1,"mine":1,"in":1}, yes, the old one: regenerated, then: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}
with the old id: []
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored, the cookie is another: no
it stores: {"it":1}
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
destroyed: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}, null, gone, held: no
with that id: []
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
there is no session
== CakePHP
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: {"a":1}, held: no
unchanged: {"a":1}, the cookie is another: no, written: no
two at once: {"a":1,"theirs":1,"mine":1}
another id: {"a":1,"theirs":1,"mine":1,"in":1}, yes, the old one: regenerated, then: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}
with the old id: [], the cookie is another: no
it stores: {"it":1}
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
destroyed: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}, null, gone, held: no
with that id: []
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
there is no session
== Yii 2
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: {"a":1}, held: no
unchanged: {"a":1}, the cookie is another: no, written: no
two at once: {"a":1,"theirs":1,"mine":1}
another id: {"a":1,"theirs":1,"mine":1,"in":1}, yes, the old one: regenerated, then: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}
with the old id: [], the cookie is another: no
it stores: {"it":1}
destroyed: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}, null, gone, held: no
with that id: []
there is no session
== Yii 3
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: {"a":1}, held: no
unchanged: {"a":1}, the cookie is another: no, written: no
two at once: {"a":1,"theirs":1,"mine":1}
another id: {"a":1,"theirs":1,"mine":1,"in":1}, yes, the old one: regenerated, then: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}
with the old id: [], the cookie is another: no
it stores: {"it":1}
Warning: Rustdb\Handler::write(): rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
destroyed: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}, null, gone, held: no
with that id: []
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
there is no session
== Laminas
a visit that stores nothing leaves a row: no, the next one has another cookie: no
a foreign id is replaced: yes, and its row: null; stored: {"a":1}, held: no
unchanged: {"a":1}, the cookie is another: no, written: no
two at once: {"a":1,"theirs":1,"mine":1}
another id: {"a":1,"theirs":1,"mine":1,"in":1}, yes, the old one: regenerated, then: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}
with the old id: [], the cookie is another: no
it stores: {"it":1}
Fatal error: Uncaught Rustdb\Exception: rustdb: cannot write session ID: another request has given the session another id or ended it (session_regenerate_id(true) or session_destroy()); the changes were not stored
destroyed: {"a":1,"theirs":1,"mine":1,"late":1,"in":1}, null, gone, held: no
with that id: []
Rustdb\Exception: rustdb: cannot read session ID: (no connection)
