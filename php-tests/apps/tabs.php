<?php
// For the tests of applications under rustdb.lock=merge: a visitor with tabs that ask at once, what became of the merges,
// and the checks that such a test begins and ends with. Without a browser. Not a test itself, hence not executable.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/../web/example.php'; // for its Page

/** An application under merge, which names every conflict in its log. */
function merging(string $root, string $index, string $closed, array $more = []): Application
{
    return new Application($root, $index, $closed, $more + [
        'rustdb.lock' => getenv('RUSTDB_APPS_LOCK') ?: 'merge', // another one: to see the tests fail
        'rustdb.log_merge_conflicts' => '1',
        'auto_prepend_file' => __DIR__ . '/together.php',
    ]);
}

/** A browser with tabs: one jar of cookies, to which each answer adds as it comes, and any number of requests at once. */
final class Visitor
{
    /** @var array<string, string> */
    public array $cookies = [];
    /** How many pages each web server has answered. @var array<string, int> */
    public array $served = ['a' => 0, 'b' => 0];
    private int $meetings = 0;

    public function __construct(public readonly Application $application) {}

    /** Opens an address, and follows redirects to a page. $form is posted where it is given. */
    public function open(string $path, ?array $form = null, array $headers = []): Page
    {
        $page = $this->ask([[$path, $form, $headers]])[0];
        for ($way = [$path]; ($to = $page->location()) !== null; $way[] = $to) {
            ensure(count($way) < 10, 'sent in circles: ' . implode(' ', $way));
            $page = $this->ask([[$this->path($to, $page->address), null, $headers]])[0];
        }
        equal(200, $page->status, "status of $page->address");
        return $page;
    }

    /**
     * Sends requests at once; follows no redirect. Each is [path], [path, form] or [path, form, headers]. All of them have
     * read the session before any of them writes it. With $over_a_second the first one reads it in a later second, as the
     * clock has it, than all requests before, and the others in a later one still. $meanwhile is called when all have read and
     * before any of them goes on.
     *
     * @return list<Page>
     */
    public function together(array $requests, bool $over_a_second = false, ?Closure $meanwhile = null): array
    {
        $name = ++$this->meetings . bin2hex(random_bytes(4));
        $header = sprintf('X-Together: %s/%d', $name, count($requests) + ($meanwhile === null ? 0 : 1));
        foreach ($requests as $i => $request) {
            $requests[$i] = $request + [null, null, []];
            $requests[$i][2][] = $header;
        }
        $place = setting('GATES') . "/together-$name";
        return $this->ask($requests, $over_a_second, $meanwhile === null ? null : function () use ($place, $requests, $meanwhile): bool {
            if (count(glob("$place.*")) < count($requests)) {
                return false;
            }
            try {
                $meanwhile();
            } finally {
                touch("$place.test");
            }
            return true;
        });
    }

    /**
     * @param ?Closure(): bool $look  called again and again until it returns true
     * @return list<Page>
     */
    private function ask(array $requests, bool $pause = false, ?Closure $look = null): array
    {
        $multi = curl_multi_init();
        $handles = $pages = [];
        for ($second = time(); $pause && time() === $second; usleep(10_000));
        foreach ($requests as $i => [$path, $form, $headers]) {
            $page = $pages[] = new Page($this->application->url . $path, 0, '', '');
            $curl = $handles[] = curl_init($page->address);
            $cookies = array_map(fn(string $name): string => "$name={$this->cookies[$name]}", array_keys($this->cookies));
            curl_setopt_array($curl, [
                CURLOPT_FRESH_CONNECT => true,
                CURLOPT_TIMEOUT => 90,
                CURLOPT_COOKIE => implode('; ', $cookies),
                CURLOPT_USERAGENT => 'Mozilla/5.0 (X11; Linux x86_64) Test/1.0',
                CURLOPT_HTTPHEADER => ['Accept-Language: en', ...$headers],
                CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line) use ($page): int {
                    $page->headers .= $line;
                    $this->heed($line);
                    return strlen($line);
                },
                CURLOPT_WRITEFUNCTION => function (CurlHandle $curl, string $part) use ($page): int {
                    $page->body .= $part;
                    return strlen($part);
                },
            ] + ($form === null ? [] : [CURLOPT_POSTFIELDS => self::body($form)]));
            curl_multi_add_handle($multi, $curl);
            // Each is sent before the next one is, so that they reach both servers in turn.
            curl_multi_exec($multi, $active);
            for ($second = time(); $pause && $i === 0 && time() < $second + 2; ) {
                curl_multi_exec($multi, $active);
                curl_multi_select($multi, 0.02);
            }
        }
        do {
            curl_multi_exec($multi, $active);
            curl_multi_select($multi, $look === null ? 0.1 : 0.005);
            $look = $look === null || $look() ? null : $look;
        } while ($active);
        ensure($look === null, 'the requests have not all come to where they were to meet');
        foreach ($handles as $i => $curl) {
            $pages[$i]->status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
            ensure($pages[$i]->status > 0, "no answer from {$pages[$i]->address}: " . curl_error($curl));
        }
        return $pages;
    }

    /** Fields as curl wants them: with files among them they are sent in parts. */
    private static function body(array $form): string|array
    {
        return array_filter($form, is_object(...)) === [] ? http_build_query($form) : $form;
    }

    /** What a browser does with a line of an answer's head. */
    private function heed(string $line): void
    {
        if (preg_match('~^X-Served-By: .*/(\w+)\.sock~i', $line, $server)) {
            $this->served[$server[1]]++;
        }
        if (!preg_match('/^Set-Cookie: ([^=]+)=([^;\s]*)(.*)/i', $line, $cookie)) {
            return;
        }
        [, $name, $value, $more] = $cookie;
        $ended = preg_match('/expires=([^;]+)/i', $more, $at) && strtotime($at[1]) < time();
        if ($ended || $value === 'deleted' || $value === '-del-') {
            unset($this->cookies[$name]);
        } else {
            $this->cookies[$name] = $value;
        }
    }

    /** Where a redirect leads, as a path. */
    private function path(string $to, string $from): string
    {
        $url = $this->application->url;
        if (str_starts_with($to, $url)) {
            return substr($to, strlen($url));
        }
        return match ($to[0]) {
            '/' => $to,
            '?' => strtok(substr($from, strlen($url)), '?') . $to,
            default => preg_replace('~[^/]*$~', '', strtok(substr($from, strlen($url)), '?')) . $to,
        };
    }
}

/** The value of a form's field, wherever in a page it stands. */
function field(Page $page, string $name): string
{
    ensure(
        preg_match('~<input\b[^>]*\bname="' . preg_quote($name, '~') . '"[^>]*>~', $page->body, $input) === 1,
        "$page->address ($page->status) has no field $name: " . substr(trim(strip_tags($page->body)), 0, 200),
    );
    return preg_match('~\bvalue="([^"]*)"~', $input[0], $value) ? html_entity_decode($value[1]) : '';
}

/** That a page has a text. */
function shows(string $text, Page $page): void
{
    $body = trim(preg_replace('/\s+/', ' ', strip_tags(preg_replace('~<(script|style)\b.*?</\1>~s', '', $page->body))));
    ensure(str_contains($page->body, $text), "$page->address ($page->status) does not show '$text': " . substr($body, 0, 300));
}

function shows_not(string $text, Page $page): void
{
    ensure(!str_contains($page->body, $text), "$page->address ($page->status) shows '$text'");
}

/** What conflicted so far, place => how often, as the log names it. @return array<string, int> */
function conflicts(): array
{
    $places = [];
    foreach (logs_of_php() as $log) {
        preg_match_all('/rustdb: merged session .*: another request had changed the same: (.*); this one\'s change stands/', file_get_contents($log), $lines);
        foreach ($lines[1] as $line) {
            foreach (explode(', ', $line) as $place) {
                $places[$place] = ($places[$place] ?? 0) + 1;
            }
        }
    }
    ksort($places);
    return $places;
}

/** What PHP logs of requests that had read a session before another one changed its id or ended it, and write it after. */
const TOO_LATE = 'rustdb: cannot write session .*: another request has given the session another id or ended it';

/**
 * The last checks. $known are regular expressions of the places that may conflict: those in docs/locking.md; $expected is
 * one of the lines that PHP may log.
 */
function merged_well(Application $application, Visitor $visitor, array $known, string $expected = '(?!)'): void
{
    test('nothing conflicted but what is known to', function () use ($known): void {
        $unknown = array_filter(
            array_keys(conflicts()),
            fn(string $place): bool => !preg_match('/^(' . implode('|', $known) . ')$/', $place),
        );
        equal([], array_values($unknown), 'conflicts');
    });
    test('both web servers had their share of the requests', function () use ($visitor): void {
        ensure(min($visitor->served) > array_sum($visitor->served) / 4, json_encode($visitor->served));
    });
    test('PHP\'s logs have nothing of sessions but what is expected, and nothing fatal', function () use ($application, $expected): void {
        $lines = preg_grep("/rustdb: merged session|$expected/", $application->complaints(), PREG_GREP_INVERT);
        equal([], array_values($lines), 'lines');
    });
    if (getenv('RUSTDB_APPS_TELL')) {
        echo '# conflicts: ', json_encode(conflicts(), JSON_UNESCAPED_SLASHES), "\n";
    }
}
