<?php
// Where ->block() keeps its locks, and the sessions of the driver redis are.

return [
    'default' => env('CACHE_DRIVER', 'array'),
    'stores' => [
        'array' => ['driver' => 'array'],
        'database' => ['driver' => 'database', 'table' => 'cache'],
        'redis' => ['driver' => 'redis', 'connection' => 'default'],
    ],
    'prefix' => 'shop',
];
