<?php
// The application's own database, and Redis for the benchmark.

return [
    'default' => 'mysql',
    'connections' => [
        'mysql' => [
            'driver' => 'mysql',
            'host' => env('DB_HOST', 'localhost'),
            'port' => env('DB_PORT', 3306),
            'unix_socket' => env('DB_SOCKET', ''),
            'database' => env('DB_DATABASE'),
            'username' => env('DB_USERNAME'),
            'password' => env('DB_PASSWORD'),
            'charset' => 'utf8mb4',
            'collation' => 'utf8mb4_unicode_ci',
            'strict' => true,
        ],
    ],
    'redis' => [
        'client' => 'phpredis',
        'options' => ['prefix' => 'shop_'],
        'default' => ['host' => env('REDIS_HOST'), 'port' => env('REDIS_PORT', 0)],
    ],
];
