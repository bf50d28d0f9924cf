<?php
// Web servers: php-fpm masters for each library, each with a pool for each handler, and nginx before them, which asks a
// handler's pools in turn: http://127.0.0.1:PORT/HANDLER/page.php.

declare(strict_types=1);

require dirname(__DIR__) . '/php-tests/web/nginx.php';

final class Site
{
    public readonly int $port;
    /** @var list<Program> */
    public readonly array $fpms;
    private readonly Program $nginx;

    /**
     * @param list<string> $names  handlers; their tables must exist
     * @param int $workers  of each pool
     * @param bool $rustdb  whether to load rustdb at all
     * @param int $masters  of each library
     */
    public function __construct(array $names, int $workers, bool $rustdb = true, int $masters = 1)
    {
        putenv('PATH=' . getenv('PATH') . ':/usr/sbin:/sbin'); // A user's PATH may lack nginx.
        $folder = folder();
        $this->port = free_port();
        $libraries = [];
        foreach ($names as $name) {
            $libraries[$rustdb ? library($name) : ''][] = $name;
        }
        $fpms = [];
        $sockets = array_fill_keys($names, []);
        foreach ($libraries as $library => $pools) {
            for ($master = 0; $master < $masters; $master++) {
                $at = count($fpms);
                $fpms[] = $fpm = self::master($at, $library, $pools, $workers);
                foreach ($pools as $name) {
                    $sockets[$name][] = $socket = self::socket($name, $at);
                    wait_listening($fpm, "unix://$socket");
                }
            }
        }
        $this->fpms = $fpms;
        $upstreams = implode('', array_map(fn(string $name) => nginx_upstream($name, ...$sockets[$name]), $names));
        $pages = __DIR__ . '/pages';
        $request = NGINX_REQUEST;
        file_put_contents("$folder/nginx.conf", nginx_configuration($folder, <<<CONF
            keepalive_requests 1000000;
            fastcgi_next_upstream off;
            $upstreams
            server {
                listen 127.0.0.1:$this->port;
                location ~ ^/(?<pool>[a-z-]+)/(?<page>[a-z-]+\\.php)\$ {
                    fastcgi_pass \$pool;
                    fastcgi_param SCRIPT_FILENAME $pages/\$page;
                    fastcgi_param SCRIPT_NAME /\$page;
                    $request
                }
            }
            CONF));
        $this->nginx = new Program('nginx', ['nginx', '-p', $folder, '-e', "$folder/nginx.error.log", '-c', "$folder/nginx.conf"]);
        wait_listening($this->nginx, "tcp://127.0.0.1:$this->port");
    }

    /** A php-fpm, the number $at of this site, with a pool for each of these handlers. */
    private static function master(int $at, string $library, array $names, int $workers): Program
    {
        $folder = folder();
        $config = "[global]\nerror_log=$folder/fpm.log\n";
        foreach ($names as $name) {
            $config .= "[$name]\nlisten=" . self::socket($name, $at) . "\nlisten.backlog=512\npm=static\npm.max_children=$workers\n"
                . (posix_getuid() === 0 ? "user=root\ngroup=root\n" : '');
            foreach (settings($name, Place::Disk) as $directive => $value) {
                $config .= "php_admin_value[$directive]=\"$value\"\n";
            }
            foreach (environment($name, Place::Disk) as $variable => $value) {
                $config .= "env[$variable]=\"$value\"\n";
            }
        }
        file_put_contents("$folder/fpm-$at.conf", $config);
        $load = $library === '' ? [] : ['-d', "extension=$library"];
        array_push($load, ...laravel_extensions($names));
        $ini = ini_file('fpm', opcache: true);
        return new Program('fpm', [getenv('PHP_FPM'), '-R', '-F', '-n', '-c', $ini, ...$load, '-y', "$folder/fpm-$at.conf"]);
    }

    private static function socket(string $name, int $at): string
    {
        return folder() . "/fpm-$at-$name.sock";
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
