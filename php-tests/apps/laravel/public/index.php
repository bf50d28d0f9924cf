<?php
// The front controller of a small Laravel application, as Debian packs the framework: what laravel/laravel has in
// public/index.php and bootstrap/app.php. Its sessions come from examples/laravel, and from nothing else.

declare(strict_types=1);

use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Http\Kernel as HttpKernel;
use Illuminate\Foundation\Application;
use Illuminate\Http\Request;

require_once 'Illuminate/autoload.php';
require_once __DIR__ . '/../Kernel.php';
require_once __DIR__ . '/../RouteProvider.php';
require_once __DIR__ . '/../../../../examples/laravel/RustdbSessionServiceProvider.php';

$app = new Application(dirname(__DIR__));
// What the framework writes belongs into the test's folder.
$app->useStoragePath(getenv('LARAVEL_STORAGE'));
$app->singleton(HttpKernel::class, App\Http\Kernel::class);
$app->singleton(ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);
$kernel = $app->make(HttpKernel::class);
$request = Request::capture();
$response = $kernel->handle($request)->send();
$kernel->terminate($request, $response);
