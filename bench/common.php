<?php
// What the worker and the pages share: the use of Symfony's PdoSessionHandler.

use Symfony\Component\HttpFoundation\Session\Storage\Handler\PdoSessionHandler;

if (getenv('BENCH_DSN') !== false) {
    require_once '/usr/share/php/Symfony/Component/HttpFoundation/autoload.php';
}

/** A handler upon a connection that outlives the request, or a new one of its own, as the environment says. */
function symfony_handler(): PdoSessionHandler
{
    $options = [
        'db_table' => getenv('BENCH_TABLE'),
        'lock_mode' => [
            'none' => PdoSessionHandler::LOCK_NONE,
            'advisory' => PdoSessionHandler::LOCK_ADVISORY,
            'transaction' => PdoSessionHandler::LOCK_TRANSACTIONAL,
        ][getenv('BENCH_LOCK')],
        'db_username' => getenv('BENCH_USER'),
        'db_password' => getenv('BENCH_PASSWORD'),
    ];
    if (getenv('BENCH_NEW') === '1') {
        return new PdoSessionHandler(getenv('BENCH_DSN'), $options);
    }
    $pdo = new PDO(getenv('BENCH_DSN'), getenv('BENCH_USER'), getenv('BENCH_PASSWORD'), [
        PDO::ATTR_PERSISTENT => true,
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
    ]);
    return new PdoSessionHandler($pdo, $options);
}
