#!/usr/bin/env php
<?php
// A small Symfony application (symfony/) under rustdb.lock=merge, in many tabs at once: signing in, settings, a cart and
// messages, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/tabs.php';

$shop = merging(__DIR__ . '/symfony', 'index.php', '^/\.');
$visitor = new Visitor($shop);
$page = fn(string $name): string => "/index.php/$name";
$polls = fn(int $count): array => array_fill(0, $count, [$page('poll')]);

/** Sends a form that a page has. */
$submit = fn(Page $form, array $fields = []): array => [
    preg_match('~ action="([^"]+)"~', $form->body, $action) ? html_entity_decode($action[1]) : throw new Failed('there is no form'),
    $fields + ['token' => field($form, 'token')],
];
$content = function () use ($visitor, $page): array {
    $home = $visitor->open($page('home'));
    preg_match('~<main>(.*)</main>~', $home->body, $main);
    preg_match_all('~<p>(.*?)</p>~', $home->body, $messages);
    sort($messages[1]);
    return json_decode($main[1], true) + ['messages' => $messages[1]];
};

test('somebody signs in while other tabs ask', function () use ($visitor, $page, $polls, $submit): void {
    $form = $visitor->open($page('login'));
    $before = $visitor->cookies;
    $answers = $visitor->together([$submit($form, ['user' => 'ada']), ...$polls(5)]);
    equal(302, $answers[0]->status, 'status of the sign-in: ' . $answers[0]->body);
    ensure($visitor->cookies !== [] && $visitor->cookies !== $before, 'there is no new id');
    foreach ($visitor->together($polls(8)) as $answer) {
        equal('{"user":"ada"}', $answer->body, 'a tab');
    }
});

$names = ['language', 'currency', 'theme', 'region', 'font', 'sound'];
test('forms that are opened at once in six tabs are all valid, also when they are sent at once', function () use ($visitor, $page, $polls, $submit, $content, $names): void {
    $forms = $visitor->together([...array_map(fn(string $name): array => [$page("setting?name=$name")], $names), ...$polls(4)]);
    $sent = $visitor->together([
        ...array_map(fn(int $i): array => $submit($forms[$i], ['value' => "v$i"]), array_keys($names)),
        ...$polls(4),
    ]);
    foreach (array_slice($sent, 0, 6) as $answer) {
        equal(302, $answer->status, "status of $answer->address: $answer->body");
    }
    $now = $content();
    $expected = array_combine($names, array_map(fn(int $i): string => "v$i", array_keys($names)));
    equal([], array_diff_assoc($expected, $now['settings']), 'settings that are missing');
    $messages = array_map(fn(string $name): string => "$name is saved.", $names);
    sort($messages);
    equal($messages, $now['messages'], 'the messages');
    equal([], $content()['messages'], 'messages that are shown again');
});

test('what tabs put into the cart at once is all in it', function () use ($visitor, $page, $content): void {
    $visitor->open($page('cart?article=first'));
    $articles = array_map(fn(int $i): string => "article$i", range(1, 8));
    $visitor->together(array_map(fn(string $article): array => [$page("cart?article=$article")], $articles));
    $cart = array_column($content()['cart'], 'article');
    equal('first', $cart[0], 'the beginning of the cart');
    sort($cart);
    equal([...$articles, 'first'], $cart, 'the cart');
});

test('requests in different seconds conflict in the time of last use, and in nothing else', function () use ($visitor, $page, $polls, $content): void {
    $before = conflicts();
    $visitor->together([[$page('cart?article=late')], ...$polls(3)], over_a_second: true);
    ensure(in_array('late', array_column($content()['cart'], 'article'), true), 'it is not in the cart');
    $new = array_diff_assoc(conflicts(), $before);
    equal(['_sf2_meta[u]'], array_keys($new), 'conflicts');
});

test('one form that is opened at once in two tabs is valid in the one that was stored last', function () use ($visitor, $page, $submit): void {
    $forms = $visitor->together([[$page('setting?name=twice')], [$page('setting?name=twice')]]);
    $states = array_map(fn(Page $form): int => $visitor->together([$submit($form, ['value' => 'x'])])[0]->status, $forms);
    sort($states);
    equal([302, 403], $states, 'statuses');
    ensure((conflicts()['_sf2_attributes[_csrf/setting_twice]'] ?? 0) === 1, json_encode(conflicts()));
    // As in any application whose token has been replaced, the form that is opened again is good.
    equal(302, $visitor->together([$submit($visitor->open($page('setting?name=twice')))])[0]->status, 'status of the next form');
});

test('a message that comes while another one is shown is a conflict, and the log names it', function () use ($visitor, $page, $submit, $content): void {
    $forms = $visitor->together([[$page('setting?name=first')], [$page('setting?name=second')]]);
    $content();
    equal(302, $visitor->together([$submit($forms[0])])[0]->status, 'status');
    [$shown, $sent] = $visitor->together([[$page('home')], $submit($forms[1])]);
    shows('first is saved.', $shown);
    equal(302, $sent->status, 'status');
    ensure((conflicts()['_symfony_flashes'] ?? 0) === 1, json_encode(conflicts()));
    ensure(in_array($content()['messages'], [[], ['first is saved.', 'second is saved.']], true), 'neither side stands');
});

test('signed out in all tabs, though they ask meanwhile', function () use ($visitor, $page, $polls, $submit): void {
    $signed_in = $visitor->cookies;
    $logout = $submit($visitor->open($page('home')));
    $answers = $visitor->together([$logout, ...$polls(5), [$page('cart?article=none')]]);
    equal(302, $answers[0]->status, "status of the sign-out: {$answers[0]->body}");
    foreach ([$visitor->cookies, $signed_in] as $visitor->cookies) {
        foreach ($visitor->together($polls(4)) as $answer) {
            equal('{"user":null}', $answer->body, 'a tab');
        }
    }
});

merged_well($shop, $visitor, ['_sf2_meta\[u\]', '_sf2_attributes\[_csrf\/setting_twice\]', '_symfony_flashes'], TOO_LATE);
