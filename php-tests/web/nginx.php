<?php
// nginx's configuration, for whatever is served by php-fpm. Needs nothing else of the harness, hence not in site.php.

declare(strict_types=1);

/** What a page is told of its request, beside where it stands. */
const NGINX_REQUEST = <<<'CONF'
    fastcgi_param REQUEST_METHOD $request_method;
    fastcgi_param REQUEST_URI $request_uri;
    fastcgi_param QUERY_STRING $query_string;
    fastcgi_param CONTENT_TYPE $content_type;
    fastcgi_param CONTENT_LENGTH $content_length;
    fastcgi_param SERVER_PROTOCOL $server_protocol;
    CONF;

/** One worker, in the foreground, that writes to no folder but this; $http is what stands in its http block. */
function nginx_configuration(string $folder, string $http): string
{
    $user = posix_getuid() === 0 ? 'user root;' : '';
    return <<<CONF
        daemon off;
        $user
        worker_processes 1;
        pid $folder/nginx.pid;
        error_log $folder/nginx.error.log;
        events { worker_connections 1024; }
        http {
            access_log off;
            client_body_temp_path $folder/nginx-body;
            fastcgi_temp_path $folder/nginx-fastcgi;
            proxy_temp_path $folder/nginx-proxy;
            scgi_temp_path $folder/nginx-scgi;
            uwsgi_temp_path $folder/nginx-uwsgi;
            $http
        }

        CONF;
}

/** A name for the pools at these sockets, which are asked strictly in turn, as there is one worker. */
function nginx_upstream(string $name, string ...$sockets): string
{
    // Since 1.29.7 nginx keeps connections to an upstream for the next request, also one that php-fpm is about to
    // close: then that request fails with 502. Older ones keep none, and do not know the 0.
    static $keep = null;
    if ($keep === null) {
        preg_match('~nginx/([\d.]+)~', (string) shell_exec('nginx -v 2>&1'), $version);
        $keep = version_compare($version[1] ?? '', '1.29.7', '>=') ? 'keepalive 0;' : '';
    }
    $servers = array_map(fn(string $socket) => "server unix:$socket max_fails=0;", $sockets);
    return "upstream $name { " . implode(' ', $servers) . " $keep }\n";
}
