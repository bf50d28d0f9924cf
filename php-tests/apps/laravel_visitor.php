<?php
// What the tests of the Laravel application (laravel/) in many tabs share: its pages and forms, and what it logs. Not a test
// itself, hence not executable.

declare(strict_types=1);

require __DIR__ . '/tabs.php';
require __DIR__ . '/set_up.php';

/** What Laravel's scripts send: such a request is not the page that the next one leads back to. */
const BY_SCRIPT = ['X-Requested-With: XMLHttpRequest'];

function laravel_application(): Application
{
    set_up_laravel();
    return merging(...LARAVEL, more: with_opcache());
}

function page(string $name): string
{
    return "/index.php/$name";
}

/** Requests of scripts that ask again and again. */
function polls(int $count): array
{
    return array_fill(0, $count, [page('poll'), null, BY_SCRIPT]);
}

/** The request of a page's form with these fields. */
function submit(Page $form, string $action, array $fields = []): array
{
    return [page($action), $fields + ['_token' => field($form, '_token')]];
}

/** What the first page shows: user, cart and so on, and the messages. */
function state(Visitor $visitor): array
{
    $home = $visitor->open(page(''));
    preg_match('~<main>(.*)</main>~', $home->body, $main);
    preg_match_all('~<p class="message">(.*?)</p>~', $home->body, $messages);
    sort($messages[1]);
    return json_decode(html_entity_decode($main[1]), true) + ['messages' => $messages[1]];
}

/** That pages that were sent are answered so, and those that scripts asked for by 200. */
function all_are(int $status, array $answers): void
{
    foreach ($answers as $answer) {
        $by_script = preg_match('~/(poll|keep|twice)\b~', $answer->address) === 1;
        equal($by_script ? 200 : $status, $answer->status, "status of $answer->address: " . substr(strip_tags($answer->body), 0, 300));
    }
}

/** What the application has logged is only this, and this it has. */
function laravel_complains_of(array $expected): void
{
    test('the application has logged no error but what is expected', function () use ($expected): void {
        preg_match_all('/^\[[^\]]+\] \w+\.\w+: (.*?) ?(?:\{"|$)/m', (string) @file_get_contents(folder() . '/laravel/logs/laravel.log'), $lines);
        $unknown = array_filter($lines[1], fn(string $line): bool => array_filter($expected, fn(string $text) => str_contains($line, $text)) === []);
        equal([], array_values(array_unique($unknown)), 'lines');
        $missing = array_filter($expected, fn(string $text): bool => array_filter($lines[1], fn(string $line) => str_contains($line, $text)) === []);
        equal([], array_values($missing), 'lines that are missing');
    });
}

function sorted(array $values): array
{
    ksort($values);
    return $values;
}
