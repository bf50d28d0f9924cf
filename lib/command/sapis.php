<?php
// What PHP's other ways of running (php-fpm, Apache, CGI) are told by their files, as far as those can be read. This
// PHP is the CLI, and knows its own settings only.

declare(strict_types=1);

namespace Rustdb\Command;

/** The settings of one way of running PHP, or of one of php-fpm's pools. */
final class Configuration
{
    /** @param array<string, array{string, string}> $settings values with the file that says so, by name */
    public function __construct(
        public readonly string $name,
        public readonly array $settings,
        public readonly bool $loads,
        public readonly string $folder,
        public readonly ?int $children = null,
        public readonly string $user = '',
        public readonly string $group = '',
    ) {}

    public function get(string $name): string
    {
        return $this->settings[$name][0] ?? self::DEFAULTS[$name] ?? '';
    }

    public function is_on(string $name): bool
    {
        return !in_array(strtolower($this->get($name)), ['', '0', 'off', 'no', 'false', 'none'], true);
    }

    /** The file that says so. */
    public function source(string $name): string
    {
        return $this->settings[$name][1] ?? "{$this->folder} (PHP's default)";
    }

    /** What PHP has where no file says anything; strict mode is on since PHP 8.6. */
    private const DEFAULTS = [
        'session.save_handler' => 'files',
        'session.gc_probability' => '1',
        'session.gc_divisor' => '100',
        'session.use_strict_mode' => PHP_VERSION_ID >= 80600 ? '1' : '0',
        'session.cookie_secure' => '0',
        'session.cookie_httponly' => PHP_VERSION_ID >= 80600 ? '1' : '0',
        'session.cookie_samesite' => PHP_VERSION_ID >= 80600 ? 'Lax' : '',
        'session.use_only_cookies' => '1',
        'session.use_trans_sid' => '0',
        'rustdb.pool_size' => '0',
    ];
}

/** All that can be read below $root. */
final class Sapis
{
    /** @var list<Configuration> those beside the CLI */
    public readonly array $others;
    /** This PHP's own. */
    public readonly Configuration $own;
    /** @var ?array<string, array{string, string}> what the files of this PHP say, without -d */
    public readonly array $own_files;

    public function __construct(private readonly string $root)
    {
        $settings = [];
        $file = php_ini_loaded_file() ?: PHP_BINARY;
        foreach (ini_get_all(null, false) as $name => $value) {
            $settings[$name] = [(string) $value, $file];
        }
        $this->own = new Configuration(PHP_SAPI, $settings, extension_loaded('rustdb'), ini_files());
        $scanned = php_ini_scanned_files() ? array_map('trim', explode(',', php_ini_scanned_files())) : [];
        $this->own_files = self::read([php_ini_loaded_file(), ...$scanned])[0];
        $this->others = [...$this->debian(), ...$this->red_hat()];
    }

    /** Those whose sessions rustdb keeps. @return list<Configuration> */
    public function with_rustdb(): array
    {
        return array_values(array_filter($this->others, fn(Configuration $sapi) => $sapi->get('session.save_handler') === 'rustdb'));
    }

    /** Whose settings visitors meet: those, or where there are none this PHP's own. @return list<Configuration> */
    public function of_visitors(): array
    {
        return $this->with_rustdb() ?: [$this->own];
    }

    /** Debian has a folder for each SAPI of each PHP. */
    private function debian(): array
    {
        $found = [];
        foreach (glob("$this->root/etc/php/" . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '/*', GLOB_ONLYDIR) as $folder) {
            $sapi = basename($folder);
            if ($sapi === 'cli' || !is_dir("$folder/conf.d")) {
                continue;
            }
            $files = ["$folder/php.ini", ...glob("$folder/conf.d/*.ini")];
            array_push($found, ...$this->sapi($sapi, $folder, $files, glob("$folder/pool.d/*.conf")));
        }
        return $found;
    }

    /** Red Hat and its relatives have one folder for all. */
    private function red_hat(): array
    {
        $pools = glob("$this->root/etc/php-fpm.d/*.conf");
        $files = ["$this->root/etc/php.ini", ...glob("$this->root/etc/php.d/*.ini")];
        return $pools === [] ? [] : $this->sapi('fpm', "$this->root/etc/php-fpm.d", $files, $pools);
    }

    /** @return list<Configuration> */
    private function sapi(string $sapi, string $folder, array $files, array $pool_files): array
    {
        [$settings, $loads] = self::read($files);
        $pools = [];
        foreach ($pool_files as $file) {
            foreach (@parse_ini_file($file, true, INI_SCANNER_RAW) ?: [] as $name => $lines) {
                if (!is_array($lines) || $name === 'global') {
                    continue;
                }
                $own = [];
                foreach (['php_value', 'php_flag', 'php_admin_value', 'php_admin_flag'] as $kind) {
                    foreach (is_array($lines[$kind] ?? null) ? $lines[$kind] : [] as $directive => $value) {
                        $own[$directive] = [(string) $value, $file];
                    }
                }
                $user = (string) ($lines['user'] ?? '');
                $pools[] = new Configuration(
                    "$sapi pool $name", $own + $settings, $loads, $folder,
                    is_string($lines['pm.max_children'] ?? null) ? (int) $lines['pm.max_children'] : null,
                    $user, (string) ($lines['group'] ?? $user),
                );
            }
        }
        return $pools ?: [new Configuration($sapi, $settings, $loads, $folder)];
    }

    /**
     * What ini files say, the later over the earlier, and whether one of them loads rustdb.
     *
     * @return array{array<string, array{string, string}>, bool}
     */
    private static function read(array $files): array
    {
        $settings = [];
        $loads = false;
        foreach (array_filter($files, fn($file) => is_string($file) && is_readable($file)) as $file) {
            foreach (@parse_ini_file($file, false, INI_SCANNER_RAW) ?: [] as $name => $value) {
                if (is_string($value)) {
                    $settings[$name] = [$value, $file];
                }
            }
            // Several lines of this name stand in one file.
            $loads = $loads || preg_match('/^\s*extension\s*=\s*"?(?:\S*\/)?rustdb(?:\.so)?"?\s*$/m', (string) file_get_contents($file));
        }
        return [$settings, $loads];
    }
}
