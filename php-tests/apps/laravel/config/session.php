<?php
// As laravel/laravel has it, but for `rustdb`: what examples/laravel hands on.

return [
    'driver' => env('SESSION_DRIVER', 'rustdb'),
    'lifetime' => env('SESSION_LIFETIME', 120),
    'expire_on_close' => false,
    'encrypt' => env('SESSION_ENCRYPT', false),
    'files' => storage_path('framework/sessions'),
    'connection' => env('SESSION_CONNECTION'),
    'table' => 'sessions',
    'store' => null,
    'lottery' => [2, 100],
    'cookie' => 'laravel_session',
    'path' => '/',
    'domain' => null,
    'secure' => false,
    'http_only' => true,
    'same_site' => 'lax',
    'rustdb' => ['lock' => env('SESSION_LOCK', 'merge')],
];
