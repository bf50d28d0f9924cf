#!/usr/bin/env php
<?php
// The small Laravel application (laravel/) on Rustdb\Handler, in many tabs at once: signing in and out, being remembered, ids that
// have ended, and a database that cannot be reached.

declare(strict_types=1);

require __DIR__ . '/laravel_visitor.php';

const ADA = ['email' => 'ada@example.com', 'password' => 'correct-horse'];
const COOKIE = 'laravel_session';
const REMEMBERED = 'remember_web_' . '59ba36addc2b2f9401580f014c7f58ea4e30989d'; // sha1 of the guard's class

$shop = laravel_application();
$keep = fn(string $key): array => [page("keep/$key"), null, BY_SCRIPT];
$sign_in = fn(Visitor $visitor, array $more = []): Page => $visitor->open(...submit($visitor->open(page('login')), 'login', $more + ADA));
/** A visitor of the same address with other cookies. */
$with = function (array $cookies) use ($shop): Visitor {
    $visitor = new Visitor($shop);
    $visitor->cookies = $cookies;
    return $visitor;
};
/** Who the tabs of a visitor are. */
$who = fn(Visitor $visitor): array => array_values(array_unique(array_column($visitor->together(polls(4)), 'body')));
$ada = ['{"user":"ada@example.com"}'];
$nobody = ['{"user":null}'];
/** That a request got an error page, which leaves the browser's cookie as it is. */
$refused = function (Page $page): void {
    equal(500, $page->status, "status of $page->address: $page->body");
    ensure(!preg_match('/^Set-Cookie: ' . COOKIE . '=/mi', $page->headers), 'the browser gets another cookie');
};

$visitor = new Visitor($shop);

test('a wrong password does not come in, and the form says why', function () use ($visitor): void {
    $form = $visitor->open(page('login'));
    $back = $visitor->open(...submit($form, 'login', ['password' => 'wrong-horse'] + ADA));
    shows('Wrong password.', $back);
    equal('ada@example.com', field($back, 'email'), 'what was entered');
});

test('somebody signs in while other tabs poll, and is signed in in all of them', function () use ($visitor, $who, $keep, $ada): void {
    $visitor->together([$keep('before'), ...polls(3)]);
    equal(302, $visitor->together([[page('account')]])[0]->status, 'status of a page for members');
    $form = $visitor->open(page('login'));
    $before = $visitor->cookies;
    $answers = [];
    $sent = $visitor->together([submit($form, 'login', ADA)], meanwhile: function () use ($visitor, &$answers): void {
        $answers = $visitor->together(polls(6));
    });
    all_are(302, [...$sent, ...$answers]);
    ensure(str_ends_with((string) $sent[0]->location(), '/account'), "it leads to {$sent[0]->location()}");
    ensure($visitor->cookies[COOKIE] !== $before[COOKIE], 'there is no new id');
    equal($ada, $who($visitor), 'the tabs');
    equal(['before'], array_keys(state($visitor)['keys']), 'what was kept before');
});

test('what a request changes that had read the session before somebody signed in is refused, and its answer signs nobody out', function () use ($shop, $with, $keep, $sign_in, $who, $refused, $ada, $nobody): void {
    $visitor = new Visitor($shop);
    $sign_in($visitor);
    $visitor->open(...submit($visitor->open(page('')), 'logout'));
    $before = $visitor->cookies;
    $sent = $visitor->together([$keep('late'), [page('twice/late'), null, BY_SCRIPT]], meanwhile: fn() => $sign_in($visitor));
    array_map($refused, $sent);
    equal($ada, $who($visitor), 'the tabs');
    equal([], state($visitor)['keys'], 'what is kept');
    equal($nobody, $who($with($before)), 'who has the id of before');
});

test('a request that changed nothing brings the old id back, as with every driver, which is nobody\'s; whoever is remembered is signed in again', function () use ($shop, $sign_in, $who, $ada, $nobody): void {
    foreach ([[[], $nobody], [['remember' => '1'], $ada]] as [$more, $expected]) {
        $visitor = new Visitor($shop);
        $visitor->open(page('login'));
        all_are(200, $visitor->together(polls(3), meanwhile: fn() => $sign_in($visitor, $more)));
        equal($expected, $who($visitor), 'the tabs');
    }
});

test('migrate(), with and without the end of the old id', function () use ($visitor, $with, $who, $keep, $refused, $ada, $nobody): void {
    $before = $visitor->cookies;
    all_are(200, $visitor->together([[page('migrate/keep')]]));
    ensure($visitor->cookies[COOKIE] !== $before[COOKIE], 'there is no new id');
    equal([$ada, $ada], [$who($with($before)), $who($visitor)], 'old and new id, where the old one goes on');
    $before = $visitor->cookies;
    $old = $with($before);
    $sent = $old->together([$keep('dead')], meanwhile: fn() => $visitor->together([[page('migrate/destroy')]]));
    $refused($sent[0]);
    equal([$nobody, $ada], [$who($with($before)), $who($visitor)], 'old and new id, where the old one has ended');
    equal(['before'], array_keys(state($visitor)['keys']), 'what is kept');
});

test('signed out in all tabs, though they poll and keep meanwhile', function () use ($visitor, $with, $who, $keep, $refused, $nobody): void {
    $before = $visitor->cookies;
    $form = $visitor->open(page(''));
    $answers = [];
    $sent = $visitor->together([submit($form, 'logout')], meanwhile: function () use ($visitor, &$answers): void {
        $answers = $visitor->together(polls(4));
    });
    all_are(302, [...$sent, ...$answers]);
    ensure($visitor->cookies[COOKIE] !== $before[COOKIE], 'there is no new id');
    shows('Signed out.', $visitor->open(page('')));
    foreach ([$visitor, $with($before)] as $tabs) {
        equal($nobody, $who($tabs), 'the tabs');
        ensure(str_ends_with((string) $tabs->together([[page('account')]])[0]->location(), '/login'), 'a page for members is shown');
    }
});

test('what others keep while somebody signs out is refused, and signs nobody in again', function () use ($shop, $with, $who, $keep, $sign_in, $refused, $nobody): void {
    $visitor = new Visitor($shop);
    $sign_in($visitor);
    $before = $visitor->cookies;
    $form = $visitor->open(page(''));
    $sent = $visitor->together([$keep('late'), [page('account'), null, []]], meanwhile: fn() => $visitor->open(...submit($form, 'logout')));
    array_map($refused, $sent);
    equal([$nobody, $nobody], [$who($visitor), $who($with($before))], 'new and old id');
});

test('who is remembered is signed in again when the session is gone, in many tabs at once; who has signed out is not', function () use ($shop, $with, $sign_in, $who, $ada, $nobody): void {
    $visitor = new Visitor($shop);
    $sign_in($visitor, ['remember' => '1']);
    ensure(isset($visitor->cookies[REMEMBERED]), 'cookies: ' . implode(' ', array_keys($visitor->cookies)));
    $admin = admin();
    $admin->query('DELETE FROM rustdb_sessions WHERE codec < 128'); // as if all had expired
    equal($ada, $who($visitor), 'the tabs');
    $now = state($visitor);
    equal('ada@example.com', $now['user'], 'the user');
    unset($visitor->cookies[COOKIE]);
    equal(['ada@example.com', true], [($now = state($visitor))['user'], $now['remembered']], 'a browser that was closed');
    $before = $visitor->cookies;
    $visitor->open(...submit($visitor->open(page('')), 'logout'));
    ensure(!isset($visitor->cookies[REMEMBERED]), 'it is still remembered');
    equal([$nobody, $nobody], [$who($visitor), $who($with($before))], 'now, and with the cookies of before');
});

test('while the database takes no connection each page is an error page, and nobody is signed out', function () use ($shop, $sign_in, $who, $keep, $refused, $ada): void {
    $visitor = new Visitor($shop);
    $sign_in($visitor);
    $form = $visitor->open(page(''));
    $before = $visitor->cookies;
    $back = database_goes_away();
    try {
        // None of them comes to where they would meet.
        array_map($refused, $visitor->together([[page('')], ...polls(3), [page('account')], submit($form, 'cart', ['article' => 'lost']), $keep('lost')]));
    } finally {
        $back();
    }
    equal($before, $visitor->cookies, 'cookies');
    equal($ada, $who($visitor), 'the tabs');
    // That was the read. Now requests have read the session, and cannot write it.
    try {
        $sent = $visitor->together([submit($form, 'cart', ['article' => 'lost']), $keep('lost')], meanwhile: function () use (&$back): void {
            $back = database_goes_away();
        });
    } finally {
        $back();
    }
    array_map($refused, $sent);
    equal($ada, $who($visitor), 'the tabs');
    equal([[], []], [($now = state($visitor))['cart'], $now['keys']], 'what is kept');
    equal(302, $visitor->together([submit($form, 'cart', ['article' => 'kept'])])[0]->status, 'status');
    equal(['kept'], state($visitor)['cart'], 'the cart');
});

merged_well($shop, $visitor, ['_previous\[url\]', '_token']);
laravel_complains_of(['the session was destroyed meanwhile', 'rustdb: cannot read session', 'rustdb: cannot write session']);

/** The account of rustdb is locked, and its connections are ended; returns what gives it back. */
function database_goes_away(): Closure
{
    $user = setting('RUSTDB_TEST_USER');
    $accounts = fn(string $do): array => array_map(
        fn(string $host) => admin()->query("ALTER USER '$user'@'$host' ACCOUNT $do"),
        column(admin(), "SELECT Host FROM mysql.user WHERE User = '$user'"),
    );
    $accounts('LOCK');
    array_map(fn(string $id) => @admin()->query("KILL $id"), connections(admin()));
    return fn() => $accounts('UNLOCK');
}
