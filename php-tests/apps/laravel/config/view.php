<?php
// Pages are made in routes/web.php; the framework's error pages are views.

return [
    'paths' => [],
    'compiled' => storage_path('framework/views'),
];
