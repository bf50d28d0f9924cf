<?php
// app/Providers/RustdbSessionServiceProvider.php: Laravel's session driver `rustdb`. What else is needed: README.md.

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Contracts\Foundation\Application;
use Illuminate\Support\Facades\Session;
use Illuminate\Support\ServiceProvider;

final class RustdbSessionServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        Session::extend('rustdb', function (Application $app): \Rustdb\Handler {
            $session = $app['config']['session'];
            return new \Rustdb\Handler(($session['rustdb'] ?? []) + [
                'lifetime' => 60 * (int) $session['lifetime'],
                'format' => match (true) {
                    // One string to whoever has no key: nothing in it can be merged.
                    (bool) ($session['encrypt'] ?? false) => 'opaque',
                    ($session['serialization'] ?? 'php') === 'json' => 'json',
                    default => 'php_serialize',
                },
            ]);
        });
    }
}
