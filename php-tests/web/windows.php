#!/usr/bin/env php
<?php
// The example of a session per browser window (examples/windows): starts it as `make demo-windows` does, opens a hundred
// windows in one browser, and tries names that nobody has given out. Two real tabs are in php-tests/apps/windows.php.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/example.php';

[$urls, $ports] = two_servers();
$example = start_example('windows', $ports);

/** A person with one browser, and as many windows as they like; each request goes to the other server than the last. */
final class Guest
{
    public readonly Browser $browser;
    private int $turn = 0;

    public function __construct(private readonly array $urls)
    {
        $this->browser = new Browser();
    }

    public function look(string $window): Page
    {
        return $this->browser->visit($this->address($window));
    }

    /** Presses a button of a window; returns the page that follows. */
    public function press(string $window, string $action, string $dish = ''): Page
    {
        $form = ['action' => $action, 'dish' => $dish] + $this->look($window)->form("/?window=$window");
        return $this->browser->visit($this->address($window), $form);
    }

    /** Opens a new window from another one; returns its name. */
    public function copy(string $window): string
    {
        $page = $this->press($window, 'copy');
        equal(200, $page->status, "status of the new window: $page->body");
        return substr($page->address, strpos($page->address, '=') + 1);
    }

    /** What is ordered in a window. */
    public function order(string $window): array
    {
        $page = $this->look($window);
        equal(200, $page->status, "status of $window");
        return array_filter(array_map(fn(string $dish) => (int) $page->element($dish), ['soup' => 'soup', 'risotto' => 'risotto', 'dumplings' => 'dumplings', 'tart' => 'tart']));
    }

    public function id(string $window): ?string
    {
        return $this->browser->cookie('127.0.0.1', $window);
    }

    private function address(string $window): string
    {
        return $this->urls[$this->turn++ % 2 ? 'B' : 'A'] . "/?window=$window";
    }
}

/** How many sessions there are. */
function sessions(): int
{
    return (int) column(admin(), 'SELECT COUNT(*) FROM rustdb_sessions WHERE codec<128 AND expires_at > UNIX_TIMESTAMP()')[0];
}

$guest = new Guest($urls);

example_starts($example, $urls);

test('the first window is menu0, and both servers have its session', function () use ($guest, $urls): void {
    $page = $guest->browser->visit("{$urls['A']}/");
    equal([200, "{$urls['A']}/?window=menu0"], [$page->status, $page->address], 'the first page');
    foreach (range(1, 4) as $ordered) {
        equal((string) $ordered, $guest->press('menu0', 'add', 'soup')->element('soup'), 'soup in menu0');
    }
});

test('a new window has a copy under a new id and name, and from then on both go their own way', function () use ($guest): void {
    $new = $guest->copy('menu0');
    ensure($new !== 'menu0' && preg_match('/^menu[1-9][0-9]?$/', $new) === 1, "the new window is called $new");
    ensure($guest->id($new) !== null && $guest->id($new) !== $guest->id('menu0'), 'the new window has no id of its own');
    equal(['soup' => 4], $guest->order($new), 'the copy');
    $guest->press($new, 'add', 'tart');
    $guest->press('menu0', 'add', 'risotto');
    equal(['soup' => 4, 'tart' => 1], $guest->order($new), 'the new window');
    equal(['soup' => 4, 'risotto' => 1], $guest->order('menu0'), 'the first window');
    $id = $guest->id($new);
    $guest->press($new, 'close');
    equal([null, ['soup' => 4, 'risotto' => 1]], [$guest->id($new), $guest->order('menu0')], 'after the new one was closed');
    // Its session is gone from the table, not only its cookie from the browser.
    equal([], column(admin(), "SELECT 1 FROM rustdb_sessions WHERE codec<128 AND id=UNHEX('" . hash('sha256', $id) . "')"), 'the row of the closed window');
});

test('a hundred windows of one browser have a hundred sessions', function () use ($urls): void {
    $before = sessions();
    $guest = new Guest($urls);
    $guest->look('menu0');
    $expected = ['menu0' => ['tart' => 100]];
    for ($soups = 1; $soups < 100; $soups++) {
        // Each is a copy of the one before it, and so has one soup more.
        $from = array_key_last($expected);
        $new = $guest->copy($from);
        ensure(!isset($expected[$new]), "$new was given out twice");
        $guest->press($new, 'add', 'soup');
        $expected[$new] = ['soup' => $soups];
    }
    for ($tarts = 0; $tarts < 100; $tarts++) {
        $guest->press('menu0', 'add', 'tart');
    }
    foreach ($expected as $window => $order) {
        equal($order, $guest->order($window), "the order of $window");
    }
    equal(100, sessions() - $before, 'new sessions in the table');
    equal(100, count(array_unique(array_map($guest->id(...), array_keys($expected)))), 'ids in the browser');
    $page = $guest->press('menu0', 'copy');
    equal([409, 'All windows are in use: close one first.'], [$page->status, $page->element('why')], 'one window more');
    $guest->press('menu42', 'close');
    equal('menu42', $guest->copy('menu7'), 'the window that is free again');
    equal($expected['menu7'], $guest->order('menu42'), 'its order');
});

test('names that are none, and windows that this browser does not have, are refused and make no session', function () use ($guest, $urls): void {
    $before = sessions();
    foreach (['menu100', 'menu07', 'menu-1', 'menu', 'MENU1', 'menu1%0A', 'menu1%00', 'PHPSESSID', 'rustdb_demo', '', '%3Cscript%3E', '../menu1'] as $name) {
        $page = $guest->look($name);
        equal([404, 'There is no window of that name.'], [$page->status, $page->element('why')], "window '$name'");
        ensure(!str_contains($page->headers, 'Set-Cookie') && !str_contains($page->body, '<script'), "window '$name' has left something");
    }
    foreach (['?window[]=menu0', '?window[menu0]=1'] as $query) {
        equal(404, $guest->browser->visit("{$urls['A']}/$query")->status, $query);
    }
    $page = $guest->look('menu55');
    equal([404, 'This browser has no window menu55.'], [$page->status, $page->element('why')], 'a window that nobody has opened');
    equal($before, sessions(), 'sessions');
});

test('a planted cookie gives no session, and its name is free again', function () use ($guest): void {
    $before = sessions();
    $planted = bin2hex(random_bytes(16));
    foreach ([$planted, 'x', '../../etc/passwd'] as $value) {
        $guest->browser->plant('127.0.0.1', 'menu66', $value);
        $page = $guest->look('menu66');
        equal([410, 'The session of menu66 has ended.'], [$page->status, $page->element('why')], "menu66=$value");
        equal(null, $guest->id('menu66'), "the cookie that was $value");
    }
    equal($before, sessions(), 'sessions');
    equal([], column(admin(), "SELECT 1 FROM rustdb_sessions WHERE codec<128 AND id=UNHEX('" . hash('sha256', $planted) . "')"), 'the planted row');
});

test('a form of another window, or of nobody, changes nothing', function () use ($guest, $urls): void {
    $before = $guest->order('menu0');
    $other = $guest->copy('menu0');
    $foreign = $guest->look($other)->form("/?window=$other");
    foreach ([$foreign, [], ['token' => ''], ['token' => ['x']]] as $form) {
        $page = $guest->browser->ask("{$urls['A']}/?window=menu0", ['action' => 'add', 'dish' => 'soup'] + $form);
        equal(403, $page->status, 'status of the form ' . json_encode($form));
    }
    $own = $guest->look('menu0')->form('/?window=menu0');
    foreach ([['dish' => 'steak'], ['dish' => ['soup']], ['action' => 'pay'], ['action' => ['add']]] as $wrong) {
        equal(400, $guest->browser->ask("{$urls['B']}/?window=menu0", $wrong + ['dish' => 'soup'] + $own)->status, json_encode($wrong));
    }
    equal($before, $guest->order('menu0'), 'the order');
    $guest->press($other, 'close');
});

test('no page shows a whole session id', function () use ($guest): void {
    $page = $guest->look('menu0');
    ensure(!str_contains($page->body, $guest->id('menu0')), 'menu0 shows its id');
    ensure(str_contains($page->body, substr($guest->id('menu0'), 0, 8) . '…'), 'menu0 does not show the beginning of its id');
});

example_ends($example);
