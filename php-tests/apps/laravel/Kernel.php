<?php
// The middleware of each page, as laravel/laravel has it, and the one at which the tests let requests meet.

declare(strict_types=1);

namespace App\Http;

use Closure;
use Illuminate\Http\Request;

final class Kernel extends \Illuminate\Foundation\Http\Kernel
{
    protected $middlewareGroups = [
        'web' => [
            \Illuminate\Cookie\Middleware\EncryptCookies::class,
            \Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse::class,
            \Illuminate\Session\Middleware\StartSession::class,
            Together::class,
            \Illuminate\View\Middleware\ShareErrorsFromSession::class,
            \Illuminate\Foundation\Http\Middleware\VerifyCsrfToken::class,
            \Illuminate\Routing\Middleware\SubstituteBindings::class,
        ],
    ];

    protected $routeMiddleware = [
        'auth' => \Illuminate\Auth\Middleware\Authenticate::class,
    ];
}

/** Behind StartSession: each request has read its session here, and none has changed or ended it. */
final class Together
{
    public function handle(Request $request, Closure $next)
    {
        if (function_exists('rustdb_tests_together')) {
            rustdb_tests_together();
        }
        return $next($request);
    }
}
