<?php
// For web tests of the examples: starts one as its make target does, ends it as a person does, and visits it with one browser's
// cookies, forms, and redirects (http.php sends many requests at once with one session cookie). Not a test itself, hence not
// executable.

declare(strict_types=1);

/** Starts an example on the suite's database. */
function start_example(string $name, array $environment): Program
{
    return new Program($name, [dirname(__DIR__, 2) . "/examples/$name/run"], $environment + [
        'TMPDIR' => folder(),
        'RUSTDB_DEMO_REUSE' => '1',
    ]);
}

/** Starts examples/members, whose tables go away in the end. */
function start_members(array $environment): Program
{
    Teardown::add(function (): void {
        admin()->query('DROP VIEW IF EXISTS member_now');
        foreach (column(admin(), "SHOW TABLES LIKE 'member%'") as $table) {
            admin()->query("DROP TABLE $table");
        }
    });
    return start_example('members', $environment);
}

/** Two addresses for an example of two PHP servers, and what tells it of them. @return array{array<string, string>, array<string, string>} */
function two_servers(): array
{
    $ports = ['A' => (string) free_port(), 'B' => (string) free_port()];
    return [
        array_map(fn(string $port) => "http://127.0.0.1:$port", $ports),
        ['RUSTDB_DEMO_PORT_A' => $ports['A'], 'RUSTDB_DEMO_PORT_B' => $ports['B']],
    ];
}

/** The first check: it is ready, and has printed these addresses. */
function example_starts(Program $example, array $addresses): void
{
    test('the example starts and prints its addresses', function () use ($example, $addresses): void {
        wait_until(fn() => str_contains($example->logged(), 'Ctrl-C') || $example->ended() !== null, 90, 'the example is ready');
        foreach ($addresses as $address) {
            ensure(str_contains($example->logged(), "$address/"), "$address is missing: " . $example->logged());
        }
    });
}

/** The last ones. */
function example_ends(Program $example): void
{
    test('its PHP has nothing to complain of', function () use ($example): void {
        $logs = glob(folder() . "/rustdb-$example->name.*/php-*.log");
        ensure($logs !== [], 'there is no log');
        foreach ($logs as $log) {
            ensure(!preg_match('/.*(PHP [A-Z]|rustdb: |Exception|Error: ).*/', (string) file_get_contents($log), $line), $line[0] ?? '');
        }
    });
    test('Ctrl-C ends it', function () use ($example): void {
        posix_kill(-$example->pid, SIGINT); // what a terminal does
        wait_until(fn() => $example->ended() !== null, 20, 'the example has ended');
        equal(0, $example->ended(), 'its exit status: ' . $example->logged());
        equal([], glob(folder() . "/rustdb-$example->name.*"), 'what it left');
    });
    no_worker_crashed();
}

/** What a site answered. */
final class Page
{
    public function __construct(public string $address, public int $status, public string $headers, public string $body) {}

    /** Where it sends the browser; null where it does not. */
    public function location(): ?string
    {
        return preg_match('/^Location: (\S+)/mi', $this->headers, $found) ? $found[1] : null;
    }

    /** The content of the first element of this id, tags and all. */
    public function element(string $id): ?string
    {
        return preg_match("~<(\w+)(?: [^>]*)? id=\"?$id\"?(?: [^>]*)?>(.*?)</\\1>~s", $this->body, $found) ? $found[2] : null;
    }

    /** What the page's form of this action would send untouched; null where there is no such form. */
    public function form(string $action, int $which = 0): ?array
    {
        preg_match_all('~<form[^>]* action="' . preg_quote(htmlspecialchars($action), '~') . '"[^>]*>(.*?)</form>~s', $this->body, $forms);
        if (!isset($forms[1][$which])) {
            return null;
        }
        // Boxes are not ticked.
        preg_match_all('~<(?:input(?! type="checkbox")|button)[^>]* name="([^"]*)"(?:[^>]* value="([^"]*)")?~', $forms[1][$which], $fields);
        return array_combine($fields[1], array_map(html_entity_decode(...), $fields[2]));
    }
}

/** A browser: cookies of each host apart, as browsers keep them. *.localhost is this machine. */
final class Browser
{
    private CurlHandle $curl;
    /** Addresses of the last way, redirects included. */
    public array $way = [];

    public function __construct(private readonly string $agent = 'test')
    {
        $this->curl = curl_init();
    }

    /** One request, no redirect followed. */
    public function ask(string $address, ?array $form = null, ?string $origin = null): Page
    {
        $headers = '';
        $at = parse_url($address);
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $address,
            CURLOPT_CUSTOMREQUEST => $form === null ? 'GET' : 'POST',
            CURLOPT_POSTFIELDS => $form === null ? '' : http_build_query($form),
            CURLOPT_HTTPHEADER => $form === null ? [] : ['Origin: ' . ($origin ?? implode('/', array_slice(explode('/', $address), 0, 3)))],
            CURLOPT_USERAGENT => $this->agent,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_COOKIEFILE => '',
            CURLOPT_RESOLVE => str_ends_with($at['host'], '.localhost') ? ["$at[host]:$at[port]:127.0.0.1"] : [],
            CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line) use (&$headers): int {
                $headers .= $line;
                return strlen($line);
            },
        ]);
        $body = curl_exec($this->curl);
        ensure(is_string($body), curl_error($this->curl));
        $this->way[] = $address;
        return new Page($address, curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE), $headers, $body);
    }

    /** A visit: follows redirects to a page. */
    public function visit(string $address, ?array $form = null): Page
    {
        $this->way = [];
        return $this->follow($this->ask($address, $form));
    }

    public function follow(Page $page): Page
    {
        for ($i = 0; $i < 10 && ($to = $page->location()) !== null; $i++) {
            $page = $this->ask($to[0] === '/' ? implode('/', array_slice(explode('/', $page->address), 0, 3)) . $to : $to);
        }
        ensure($page->location() === null, 'the browser is sent in circles: ' . implode(' ', $this->way));
        return $page;
    }

    /** A cookie's value, by the host (or the name before .localhost) that set it; null where there is none. */
    public function cookie(string $host, string $name = 'session'): ?string
    {
        foreach (curl_getinfo($this->curl, CURLINFO_COOKIELIST) as $line) {
            $fields = explode("\t", $line);
            if ($fields[4] !== '0' && (int) $fields[4] <= time()) {
                continue; // curl drops it when it sends the next request
            }
            $from = ltrim(preg_replace('/^#HttpOnly_/', '', $fields[0]), '.');
            if (in_array($from, [$host, "$host.localhost"], true) && $fields[5] === $name) {
                ensure(str_starts_with($fields[0], '#HttpOnly_'), "scripts can read the cookie $name of $host");
                return $fields[6];
            }
        }
        return null;
    }

    /** Ends, and begins anew: it has those cookies still that say until when. */
    public function restart(): void
    {
        curl_setopt($this->curl, CURLOPT_COOKIELIST, 'SESS');
    }

    /** Puts a cookie into the jar, as somebody who plants one. */
    public function plant(string $host, string $name, string $value): void
    {
        curl_setopt($this->curl, CURLOPT_COOKIELIST, "#HttpOnly_$host\tFALSE\t/\tFALSE\t0\t$name\t$value");
    }
}
