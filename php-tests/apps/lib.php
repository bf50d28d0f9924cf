<?php
// The harness of the tests of real applications: their files where Debian has them, a site that serves one of them from
// two php-fpm masters in turn, and the browser that visits it. Not a test itself, hence not executable.
//
// Beside web/lib.php's. The browser's part of a test is the Python program of the same name; it prints `ok NAME` or
// `not ok NAME: why` for every check, too (browser.py).

declare(strict_types=1);

require __DIR__ . '/../web/lib.php';
require __DIR__ . '/browser.php';

time_limit(540);

/**
 * Puts the packages' files to where the packages would have them, in mounts that only this process and its children see:
 * over /usr/share, read-only, and over /etc and /var/lib, where what is written stays in the run's folder. Dovecot's programs
 * and libraries are seen where the machine has none of that name.
 */
function see_the_packages(): void
{
    if (getenv('RUSTDB_APPS_MOUNTED') !== false) {
        return;
    }
    if (posix_geteuid() !== 0) {
        skip_file('needs root, for mounts');
    }
    $script = <<<'SH'
        set -e
        root=$RUSTDB_APPS/root layers=$RUSTDB_TEST_DIR/layers-$$
        mkdir -p "$layers"/{etc,lib}/{upper,work}
        mount -t overlay overlay -o "lowerdir=$root/usr/share:/usr/share" /usr/share
        for programs in bin sbin lib; do
            mount -t overlay overlay -o "lowerdir=/usr/$programs:$RUSTDB_APPS/imap/usr/$programs" "/usr/$programs"
        done
        mount -t overlay overlay -o "lowerdir=$root/etc:/etc,upperdir=$layers/etc/upper,workdir=$layers/etc/work" /etc
        mount -t overlay overlay -o "lowerdir=$root/var/lib:/var/lib,upperdir=$layers/lib/upper,workdir=$layers/lib/work" /var/lib
        export RUSTDB_APPS_MOUNTED=1
        exec "$@"
        SH;
    $again = [PHP_BINARY, '-n', '-c', php_ini_loaded_file(), $_SERVER['SCRIPT_FILENAME']];
    pcntl_exec('/usr/bin/unshare', ['--mount', 'bash', '-c', $script, 'bash', ...$again]);
    throw new Failed('unshare could not be run');
}

see_the_packages();

/** One application behind nginx, which asks the php-fpm masters a and b in turn, and names the one that answered. */
final class Application
{
    public readonly string $url;
    public readonly Program $a;
    public readonly Program $b;

    /**
     * @param string $root   the folder that is served
     * @param string $index  its page for /
     * @param string $closed a regular expression of paths that are nobody's business
     * @param array  $more   directives beside, or instead of, what Debian's php.ini has
     */
    public function __construct(string $root, string $index, string $closed = '^/\.', array $more = [])
    {
        $extensions = [];
        // Some are built in, and some need others.
        $wanted = 'mysqlnd mysqli mbstring ctype iconv tokenizer fileinfo dom xml simplexml xmlreader xmlwriter pdo pdo_mysql intl';
        foreach (explode(' ', $wanted) as $name) {
            if (is_file(ini_get('extension_dir') . "/$name.so")) {
                $extensions[] = $name;
            }
        }
        // What Debian's php.ini has, and rustdb: nothing of it knows which application this is.
        $ini = $more + rustdb_settings() + [
            'extension' => $extensions,
            'session.save_path' => '/var/lib/php/sessions',
            'session.gc_probability' => '0',
            'session.use_strict_mode' => '1',
            'error_reporting' => (string) (E_ALL & ~E_DEPRECATED & ~E_STRICT),
            'date.timezone' => 'UTC',
            'upload_max_filesize' => '16M',
            'post_max_size' => '16M',
        ];
        $this->a = fpm('a', $ini, ['a' => []], workers: 6);
        $this->b = fpm('b', $ini, ['b' => []], workers: 6);
        $port = free_port();
        $this->url = "http://127.0.0.1:$port";
        $folder = folder();
        $both = nginx_upstream('both', "$folder/a.sock", "$folder/b.sock");
        $request = NGINX_REQUEST;
        start_nginx("127.0.0.1:$port", <<<CONF
            include /etc/nginx/mime.types;
            client_max_body_size 16m;
            fastcgi_next_upstream off;
            $both
            server {
                listen 127.0.0.1:$port;
                root $root;
                index $index;
                location ~ $closed { return 404; }
                location ~ \\.php(/|\$) {
                    fastcgi_split_path_info ^(.+?\\.php)(/.*)\$;
                    fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
                    fastcgi_param SCRIPT_NAME \$fastcgi_script_name;
                    fastcgi_param PATH_INFO \$fastcgi_path_info;
                    fastcgi_param DOCUMENT_ROOT \$document_root;
                    fastcgi_param DOCUMENT_URI \$document_uri;
                    $request
                    fastcgi_param SERVER_NAME \$host;
                    fastcgi_param SERVER_PORT \$server_port;
                    fastcgi_param REMOTE_ADDR \$remote_addr;
                    fastcgi_pass both;
                    add_header X-Served-By \$upstream_addr always;
                }
            }
            CONF);
    }

    /** What PHP has logged in both masters of sessions, and anything fatal. Applications have warnings of their own. */
    public function complaints(): array
    {
        $lines = [];
        foreach (logs_of_php() as $log) {
            array_push($lines, ...file($log, FILE_IGNORE_NEW_LINES));
        }
        return array_values(preg_grep('/rustdb|session|PHP Fatal|exited on signal|panicked/i', $lines));
    }
}

/** Of both masters, and errors.log, where Roundcube lets PHP log. */
function logs_of_php(): array
{
    return glob(folder() . '/{a.,b.,errors.}*log', GLOB_BRACE);
}

/** The last checks of each application. */
function all_is_well(Application $application): void
{
    test('its sessions are in rustdb\'s table, and nowhere else', function (): void {
        ensure(column(admin(), 'SELECT 1 FROM rustdb_sessions WHERE codec<128 AND expires_at > UNIX_TIMESTAMP()') !== [], 'there is no row');
        equal([], glob('/var/lib/php/sessions/sess_*'), 'session files');
    });
    test('PHP\'s logs have nothing of sessions, and nothing fatal', fn() => equal([], $application->complaints(), 'lines'));
    test('no lock is left', function (): void {
        $admin = admin();
        $rows = $admin->query('SELECT id FROM rustdb_sessions WHERE codec<128 FOR UPDATE NOWAIT');
        ensure($rows->num_rows > 0, 'there is no row');
    });
}
