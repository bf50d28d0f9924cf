<?php
// Web servers: a php-fpm for each library, with a pool for each handler, and nginx before them: http://127.0.0.1:PORT/HANDLER/page.php.

declare(strict_types=1);

final class Site
{
    public readonly int $port;
    /** @var list<Program> */
    public readonly array $fpms;
    private readonly Program $nginx;

    /**
     * @param list<string> $names  handlers; their tables must exist
     * @param bool $rustdb  whether to load rustdb at all
     */
    public function __construct(array $names, int $workers, bool $rustdb = true)
    {
        $folder = folder();
        $this->port = free_port();
        $root = posix_getuid() === 0;
        $pools = [];
        $upstreams = '';
        foreach ($names as $name) {
            $pool = "[$name]\nlisten=$folder/fpm-$name.sock\nlisten.backlog=512\npm=static\npm.max_children=$workers\n"
                . ($root ? "user=root\ngroup=root\n" : '');
            foreach (settings($name, Place::Disk) as $directive => $value) {
                $pool .= "php_admin_value[$directive]=\"$value\"\n";
            }
            foreach (symfony_environment($name, Place::Disk) as $variable => $value) {
                $pool .= "env[$variable]=\"$value\"\n";
            }
            $library = $rustdb ? library($name) : '';
            $pools[$library] = ($pools[$library] ?? '') . $pool;
            $upstreams .= "upstream $name { server unix:$folder/fpm-$name.sock max_fails=0; }\n";
        }
        $fpms = [];
        foreach ($pools as $library => $text) {
            $at = count($fpms);
            file_put_contents("$folder/fpm-$at.conf", "[global]\nerror_log=$folder/fpm.log\n$text");
            $load = $library === '' ? [] : ['-d', "extension=$library"];
            $ini = ini_file('fpm', opcache: true);
            $fpms[] = $fpm = new Program('fpm', [getenv('PHP_FPM'), '-R', '-F', '-n', '-c', $ini, ...$load, '-y', "$folder/fpm-$at.conf"]);
            foreach ($names as $name) {
                if (!$rustdb || library($name) === $library) {
                    wait_listening($fpm, "unix://$folder/fpm-$name.sock");
                }
            }
        }
        $this->fpms = $fpms;
        $pages = __DIR__ . '/pages';
        $user = $root ? 'user root;' : '';
        file_put_contents("$folder/nginx.conf", <<<CONF
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
                keepalive_requests 1000000;
                $upstreams
                server {
                    listen 127.0.0.1:$this->port;
                    location ~ ^/(?<pool>[a-z-]+)/(?<page>[a-z-]+\\.php)\$ {
                        fastcgi_pass \$pool;
                        fastcgi_param SCRIPT_FILENAME $pages/\$page;
                        fastcgi_param SCRIPT_NAME /\$page;
                        fastcgi_param REQUEST_METHOD \$request_method;
                        fastcgi_param REQUEST_URI \$request_uri;
                        fastcgi_param QUERY_STRING \$query_string;
                        fastcgi_param SERVER_PROTOCOL \$server_protocol;
                    }
                }
            }
            CONF);
        putenv('PATH=' . getenv('PATH') . ':/usr/sbin:/sbin'); // A user's PATH may lack nginx.
        $this->nginx = new Program('nginx', ['nginx', '-p', $folder, '-e', "$folder/nginx.error.log", '-c', "$folder/nginx.conf"]);
        wait_listening($this->nginx, "tcp://127.0.0.1:$this->port");
    }

    public function url(string $name, string $kind): string
    {
        $page = (str_starts_with($name, 'symfony') ? 'symfony-' : '') . $kind;
        return "http://127.0.0.1:$this->port/$name/$page.php";
    }

    public function stop(): void
    {
        $this->nginx->stop();
        array_map(fn(Program $fpm) => $fpm->stop(), $this->fpms);
    }
}
