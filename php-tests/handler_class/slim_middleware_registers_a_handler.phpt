--TEST--
A middleware of Slim 3 that registers a Rustdb\Handler and starts PHP's session gives each page a session that is merged
--DESCRIPTION--
Slim has no sessions of its own. Its middlewares call session_set_save_handler() with an object, and session_start(), as slim-session's does.
--SKIPIF--
<?php
if (!is_file('/usr/share/php/Slim/autoload.php') || !preg_match("/VERSION = '3\./", file_get_contents('/usr/share/php/Slim/App.php'))) {
    die('skip needs Slim 3, php-slim of Debian 12');
}
?>
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_class_slim
session.use_strict_mode=1
--FILE--
<?php
require __DIR__ . '/../inc/frameworks.inc';

$page = <<<'PHP'
    require '/usr/share/php/Slim/autoload.php';

    $app = new Slim\App(['settings' => ['displayErrorDetails' => true]]);
    $app->add(function ($request, $response, $next) {
        session_set_save_handler(new Rustdb\Handler, true);
        session_name('slim_session');
        session_cache_limiter('');
        if (!session_start()) {
            return $response->withStatus(503)->write('there is no session');
        }
        return $next($request, $response);
    });
    $app->get('/', function ($request, $response) {
        meanwhile();
        if ($request->getQueryParam('regenerate') !== null) {
            session_regenerate_id(true);
        }
        if (($key = $request->getQueryParam('set')) !== null) {
            $_SESSION[$key] = 1;
        }
        $response->write(json_encode($_SESSION));
        if ($request->getQueryParam('destroy') !== null) {
            session_destroy();
        }
        return $response;
    });
    $app->run();
    PHP;
visit($page, 'slim_session');
visit_without_server($page);
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_class_slim');
?>
--EXPECT--
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
there is no session
Warning: Rustdb\Handler::read(): rustdb: cannot read session ID: (no connection)
