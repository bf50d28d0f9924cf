<?php
// Where the pages are, as laravel/laravel says it.

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Foundation\Support\Providers\RouteServiceProvider;
use Illuminate\Support\Facades\Route;

final class RouteProvider extends RouteServiceProvider
{
    public function boot(): void
    {
        $this->routes(fn() => Route::middleware('web')->group(base_path('routes/web.php')));
    }
}
