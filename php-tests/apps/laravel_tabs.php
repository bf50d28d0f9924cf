#!/usr/bin/env php
<?php
// A small Laravel application (laravel/) on Rustdb\Handler, by the provider of examples/laravel, in many tabs at once: keys, a
// cart, messages, a wizard, and pages that fail or store twice. Signing in and out: laravel_ids_tabs.php.

declare(strict_types=1);

require __DIR__ . '/laravel_visitor.php';

$shop = laravel_application();
$visitor = new Visitor($shop);
$keys = fn(string $of, int $count): array => array_map(fn(int $i): string => "$of$i", range(1, $count));
$keep = fn(array $keys, array $headers = BY_SCRIPT): array => array_map(fn(string $key): array => [page("keep/$key"), null, $headers], $keys);

test('what requests of one session keep at once is all kept', function () use ($visitor, $keys, $keep): void {
    $visitor->open(page(''));
    all_are(200, $visitor->together($keep($keys('own', 10))));
    all_are(200, $visitor->together($keep($keys('next', 10))));
    equal([], array_diff([...$keys('own', 10), ...$keys('next', 10)], array_keys(state($visitor)['keys'])), 'keys that are missing');
    equal([], conflicts(), 'conflicts');
});

test('what tabs put into the cart at once is all in it, and each is told so once', function () use ($visitor): void {
    $forms = $visitor->together(array_fill(0, 6, [page('')]));
    equal(302, $visitor->together([submit($forms[0], 'cart', ['article' => 'first'])])[0]->status, 'status');
    equal(['first is in the cart.'], state($visitor)['messages'], 'the message');
    $articles = ['red', 'green', 'blue', 'black', 'white', 'grey'];
    all_are(302, $visitor->together([
        ...array_map(fn(Page $form, string $article): array => submit($form, 'cart', ['article' => $article]), $forms, $articles),
        ...polls(4),
    ]));
    $now = state($visitor);
    equal('first', $now['cart'][0], 'the beginning of the cart');
    equal([], array_diff([...$articles, 'first'], $now['cart']), 'articles that are missing');
    equal(7, count($now['cart']), 'articles in the cart');
    $told = array_map(fn(string $article): string => "$article is in the cart.", $articles);
    sort($told);
    equal($told, $now['messages'], 'the messages');
    equal([], state($visitor)['messages'], 'messages that are shown again');
});

test('a message that is shown in one tab while another one\'s request makes one is not shown again, and the new one is', function () use ($visitor): void {
    $form = $visitor->open(page(''));
    $visitor->together([submit($form, 'cart', ['article' => 'early'])]);
    [$shown, $sent] = $visitor->together([[page('')], submit($form, 'cart', ['article' => 'late'])]);
    shows('early is in the cart.', $shown);
    equal(302, $sent->status, 'status');
    equal(['late is in the cart.'], state($visitor)['messages'], 'the messages');
});

test('a wizard goes on while other tabs poll and keep, and says what is wrong', function () use ($visitor, $keys, $keep): void {
    $steps = ['name' => 'Ada', 'city' => 'London', 'email' => 'ada@example.com'];
    foreach ($steps as $step => $value) {
        $form = $visitor->open(page("wizard/$step"));
        // One that is not right leads back, with what was entered and why it is wrong.
        $back = $visitor->together([submit($form, "wizard/$step", ['value' => '']), ...$keep($keys("wrong-$step", 3))])[0];
        equal(302, $back->status, 'status');
        shows('Something is missing.', $form = $visitor->open(page("wizard/$step")));
        all_are(302, $visitor->together([submit($form, "wizard/$step", ['value' => $value]), ...$keep($keys("right-$step", 3)), ...polls(2)]));
    }
    $done = $visitor->open(page('wizard/done'));
    equal($steps, json_decode(html_entity_decode(preg_match("~<main>(.*)</main>~", $done->body, $main) ? $main[1] : ""), true), "what it has gathered");
    $expected = array_merge(...array_map(fn(string $step): array => [...$keys("wrong-$step", 3), ...$keys("right-$step", 3)], array_keys($steps)));
    equal([], array_diff($expected, array_keys(state($visitor)['keys'])), 'keys that are missing');
});

test('two steps of the wizard that are sent at once are both noted', function () use ($visitor): void {
    $other = new Visitor($visitor->application);
    $forms = $other->together([[page('wizard/name')]]);
    $forms[] = $other->open(page('wizard/city'));
    $forms[0] = $other->open(page('wizard/name'));
    all_are(302, $other->together([submit($forms[0], 'wizard/name', ['value' => 'Bob']), submit($forms[1], 'wizard/city', ['value' => 'Paris'])]));
    $now = state($other);
    equal(['city' => 'Paris', 'name' => 'Bob'], sorted($now['wizard']), 'what it has gathered');
    // Both messages have the same name: one of them is shown, and the log says so.
    equal(1, count($now['messages']), 'messages');
    equal(1, conflicts()['status[step]'] ?? 0, 'conflicts of the message');
});

test('a page that stores the session twice keeps both parts, and what others have kept meanwhile', function () use ($visitor, $keys, $keep): void {
    $twice = [[page('twice/a'), null, BY_SCRIPT], [page('twice/b'), null, BY_SCRIPT]];
    all_are(200, $visitor->together([...$twice, ...$keep($keys('beside', 4))]));
    $expected = ['a-first', 'a-second', 'b-first', 'b-second', ...$keys('beside', 4)];
    equal([], array_diff($expected, array_keys(state($visitor)['keys'])), 'keys that are missing');
});

test('a page that fails has stored what it had put, as with every driver, and nothing of others\' is lost', function () use ($visitor, $keys, $keep): void {
    $answers = $visitor->together([[page('twice/failed?fail=1'), null, BY_SCRIPT], ...$keep($keys('unharmed', 4))]);
    equal([500, 200, 200, 200, 200], array_column($answers, 'status'), 'statuses');
    $expected = ['failed-first', 'failed-second', ...$keys('unharmed', 4)];
    equal([], array_diff($expected, array_keys(state($visitor)['keys'])), 'keys that are missing');
});

test('pages that are opened at once conflict in the address of the last one, and in nothing else', function () use ($visitor, $keys, $keep): void {
    $before = conflicts();
    $visitor->together($keep($keys('page', 2), []));
    equal([], array_diff($keys('page', 2), array_keys(state($visitor)['keys'])), 'keys that are missing');
    equal(['_previous[url]'], array_keys(array_diff_assoc(conflicts(), $before)), 'conflicts');
});

test('first requests at once conflict in the token, and the form that was stored last is valid', function () use ($visitor): void {
    $admin = admin();
    $other = new Visitor($visitor->application);
    $other->open(page(''));
    $before = conflicts();
    // What the browser has is the id of a session that has expired.
    $admin->query('DELETE FROM rustdb_sessions WHERE codec < 128');
    $forms = $other->together([[page('wizard/name')], [page('wizard/name')]]);
    equal(['_token'], array_keys(array_diff_assoc(conflicts(), $before)), 'conflicts');
    $states = array_map(fn(Page $form): int => $other->together([submit($form, 'wizard/name', ['value' => 'x'])])[0]->status, $forms);
    sort($states);
    equal([302, 419], $states, 'statuses');
});

merged_well($shop, $visitor, ['_previous\[url\]', '_token', 'status\[step\]']);
laravel_complains_of(['This page fails as it is told to.']);
