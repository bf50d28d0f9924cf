#!/usr/bin/env php
<?php
// The example of one session over several domains (examples/domains): starts it as `make demo-domains` does, goes its ways as
// a browser does, and tries what a thief and a forger of addresses would.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/example.php';

$port = free_port();
$site = fn(string $name): string => "http://$name.localhost:$port";
$example = start_example('domains', ['RUSTDB_DEMO_PORT' => (string) $port]);
$visitor = new Browser();
$admin = admin();

/** The way of a browser to a shop up to the address with the ticket, which is not asked for. */
$way_to = function (Browser $browser, string $shop) use ($site): string {
    $page = $browser->ask($site($shop) . '/');
    while (!str_contains((string) $page->location(), 'ticket=')) {
        ensure($page->location() !== null, "no way to a ticket: $page->status $page->body");
        $page = $browser->ask($page->location());
    }
    return $page->location();
};

/** An address is refused and leaves no session in the browser. */
$refused = function (Browser $browser, string $address, string $why) use ($site): void {
    $page = $browser->follow($browser->ask($address));
    equal(400, $page->status, "status of $address");
    ensure(str_contains($page->body, $why), "the reason of $address: $page->body");
    equal(null, $browser->cookie(explode('.', substr($address, 7))[0]), 'the session of the browser');
};

example_starts($example, array_map($site, ['login', 'shop-a', 'shop-b', 'checkout']));

test('a visitor is bounced once, and then every shop has the same session', function () use ($visitor, $site): void {
    $page = $visitor->visit($site('shop-a') . '/');
    equal([200, '0'], [$page->status, $page->element('basket')], 'the first page');
    equal(4, count($visitor->way), 'requests for the first page: ' . implode(' ', $visitor->way));
    equal($site('shop-a') . '/', $page->address, 'the address in the end');
    $visitor->visit($site('shop-a') . '/add', []);
    equal(2, count($visitor->way), 'requests for the second page');
    $page = $visitor->visit($site('checkout') . '/');
    equal('1', $page->element('basket'), 'the basket at the checkout');
    equal(1, count(array_unique(array_map($visitor->cookie(...), ['login', 'shop-a', 'checkout']))), 'session ids of the three sites');
    equal(null, $visitor->cookie('shop-b'), 'the session of a shop where nobody was');
    $visitor->visit($site('checkout') . '/');
    equal(1, count($visitor->way), 'requests for another page there');
});

test('signing in anywhere gives a new id, and all sites follow', function () use ($visitor, $site): void {
    $old = $visitor->cookie('shop-a');
    $page = $visitor->visit($site('shop-a') . '/signin');
    ensure(str_contains($page->body, 'name=user'), "no form: $page->body");
    preg_match_all('/name=(return|state) value="([^"]*)"/', $page->body, $hidden);
    $form = array_combine($hidden[1], array_map(html_entity_decode(...), $hidden[2])) + ['user' => 'alice'];
    $page = $visitor->visit($site('login') . '/signin', $form);
    equal([$site('shop-a') . '/', 'alice', '1'], [$page->address, $page->element('user'), $page->element('basket')], 'shop-a');
    ensure($visitor->cookie('shop-a') !== $old, 'the id of shop-a is the old one');
    // The checkout still has the old id, and shop-b none: each goes the way once.
    foreach (['checkout', 'shop-b'] as $shop) {
        $page = $visitor->visit($site($shop) . '/');
        equal(['alice', '1', 4], [$page->element('user'), $page->element('basket'), count($visitor->way)], $shop);
        equal($visitor->cookie('login'), $visitor->cookie($shop), "the id of $shop");
    }
    ensure($visitor->cookie('login') !== $old, 'the id of the issuer is the old one');
});

test('the session id is in no address and no page', function () use ($visitor, $site, $example): void {
    $id = $visitor->cookie('login');
    foreach (['shop-a', 'shop-b', 'checkout', 'login'] as $name) {
        $page = $visitor->visit($site($name) . '/');
        ensure(!str_contains($page->body . implode($visitor->way), $id), "$name shows the id");
    }
    foreach (glob(folder() . '/rustdb-domains.*/php-*.log') as $log) {
        ensure(!str_contains(file_get_contents($log), $id), 'the log of the web server has the id');
    }
});

test('one sign-out is one for all', function () use ($visitor, $site): void {
    $ids = array_map($visitor->cookie(...), ['login', 'shop-b']);
    $visitor->visit($site('checkout') . '/signout', []);
    foreach (['shop-a', 'shop-b', 'checkout'] as $shop) {
        $page = $visitor->visit($site($shop) . '/');
        equal([null, '0'], [$page->element('user'), $page->element('basket')], $shop);
        ensure(!in_array($visitor->cookie($shop), $ids, true), "$shop still has the old id");
    }
    equal(null, $visitor->visit($site('login') . '/')->element('user'), 'who is signed in at the issuer');
});

test('a ticket that was used is of no use, to whoever has its address', function () use ($visitor, $way_to, $refused, $site): void {
    $victim = new Browser();
    $address = $way_to($victim, 'shop-a');
    equal(200, $victim->follow($victim->ask($address))->status, 'the way of the victim');
    $refused(new Browser(), $address, 'needs cookies');
    // A thief who has been on his way himself has a state, but that of his own.
    $thief = new Browser();
    $way_to($thief, 'shop-a');
    $refused($thief, $address, 'another browser');
    // And one who asks his own way with the stolen ticket.
    $thief = new Browser();
    $own = $way_to($thief, 'shop-a');
    preg_match('/ticket=(.*)/', $address, $stolen);
    $refused($thief, preg_replace('/ticket=.*/', $stolen[0], $own), 'used or is too old');
});

test('a ticket that was stolen before its use opens nothing either', function () use ($way_to, $refused): void {
    $victim = new Browser();
    preg_match('/ticket=(.*)/', $way_to($victim, 'shop-a'), $stolen);
    foreach (['shop-a', 'shop-b'] as $shop) {
        $thief = new Browser();
        $refused($thief, preg_replace('/ticket=.*/', $stolen[0], $way_to($thief, $shop)), $shop === 'shop-a' ? 'made for another' : 'used');
    }
});

test('a ticket is of no use after its time', function () use ($way_to, $refused, $admin): void {
    $browser = new Browser();
    $address = $way_to($browser, 'shop-b');
    $admin->query('UPDATE rustdb_sessions_ticket SET expires_at=UNIX_TIMESTAMP()');
    $refused($browser, $address, 'too old');
});

test('a visitor cannot be given somebody else\'s session by a planted address', function () use ($way_to, $refused, $visitor, $site): void {
    $attacker = new Browser();
    $planted = $way_to($attacker, 'shop-a');
    $fresh = new Browser();
    $refused($fresh, $planted, 'needs cookies');
    // Nor while the victim is on the way to the shop.
    $victim = new Browser();
    $own = $way_to($victim, 'shop-a');
    $refused($victim, $planted, 'another browser');
    equal(200, $victim->follow($victim->ask($own))->status, 'the way of that victim');
    // And who has a session keeps it.
    $visitor->visit($site('shop-a') . '/');
    $id = $visitor->cookie('shop-a');
    equal(400, $visitor->ask($planted)->status, 'status for a visitor with a session');
    equal($id, $visitor->cookie('shop-a'), 'the session of that visitor');
    // A session id that is planted in the address is not even looked at.
    $fresh = new Browser();
    $id = $attacker->cookie('login');
    foreach (["/?session=$id", "/?PHPSESSID=$id", "/enter?session=$id"] as $path) {
        $fresh->ask($site('shop-a') . $path);
        ensure($fresh->cookie('shop-a') !== $id, "$path plants a session");
    }
});

test('nobody is sent to a foreign address', function () use ($port, $site): void {
    $state = str_repeat('a', 64);
    $browser = new Browser();
    foreach ([
        'http://evil.test/enter?to=', "//evil.test/enter?to=", 'https://shop-a.localhost:' . $port . '/enter?to=', $site('shop-a') . '.evil.test/enter?to=',
        "http://shop-a.localhost:$port@evil.test/enter?to=", 'http://evil.test/enter?to=' . $site('shop-a'), 'http://shop-a.localhost/enter?to=',
        'http://shop-a.localhost:' . ($port + 1) . '/enter?to=', $site('login') . '/enter?to=', $site('shop-a') . '/other?to=', "javascript:alert(1)//{$site('shop-a')}/enter?to=",
        $site('shop-a') . "/enter?to=\r\nX: y", $site('shop-a') . '/enter?to=x&ticket=y', $site('shop-a') . "\\@evil.test/enter?to=", ' ' . $site('shop-a') . '/enter?to=', '',
        $site('SHOP-A') . '/enter?to=', $site('shop-a') . "/enter?to=#",
    ] as $return) {
        foreach (['/ticket', '/signin'] as $page) {
            if ($page === '/signin' && $return === '') {
                continue;
            }
            $answer = $browser->ask($site('login') . "$page?" . http_build_query(['return' => $return, 'state' => $state]));
            equal([400, null], [$answer->status, $answer->location()], "$page with $return");
        }
    }
    equal(400, $browser->ask($site('login') . '/ticket?' . http_build_query(['return' => $site('shop-a') . '/enter?to=', 'state' => 'x']))->status, 'without a state');
    // The shop's own way back is a path of its own.
    foreach (['//evil.test/', '/\\evil.test', 'http://evil.test/', "x\r\nSet-Cookie: a=b"] as $to) {
        $page = $browser->ask($site('shop-a') . '/' . rawurlencode($to));
        equal(404, $page->status, "status of $to");
        $browser->ask($site('shop-a') . '/');
        $next = new Browser();
        $first = $next->ask($site('shop-a') . '/');
        parse_str(parse_url($first->location(), PHP_URL_QUERY), $query);
        $with = $next->ask($site('login') . '/ticket?' . http_build_query(['return' => $site('shop-a') . '/enter?to=' . rawurlencode($to), 'state' => $query['state']]));
        $end = $next->ask($with->location());
        equal('/', $end->location(), "where $to leads");
    }
});

test('forms of other sites change nothing', function () use ($visitor, $site): void {
    $visitor->visit($site('shop-a') . '/');
    foreach (['/add', '/signout'] as $path) {
        equal(403, $visitor->ask($site('shop-a') . $path, [], $site('shop-b'))->status, "status of $path from another shop");
        equal(405, $visitor->ask($site('shop-a') . $path)->status, "status of GET $path");
    }
    equal(403, $visitor->ask($site('login') . '/signin', ['user' => 'eve'], 'http://evil.test')->status, 'status of a foreign sign-in');
    equal('0', $visitor->visit($site('shop-a') . '/')->element('basket'), 'the basket');
    equal(421, $visitor->ask("http://127.0.0.1:$GLOBALS[port]/")->status, 'status for a host that is none of the sites');
});

example_ends($example);
