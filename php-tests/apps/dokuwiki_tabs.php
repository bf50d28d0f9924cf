#!/usr/bin/env php
<?php
// DokuWiki under rustdb.lock=merge, in many tabs at once: signing in, reading, edits, and signing out, over two servers.

declare(strict_types=1);

require __DIR__ . '/tabs.php';
require __DIR__ . '/set_up.php';

set_up_dokuwiki();
// DokuWiki closes its session before it makes the page: requests that are to overlap meet shortly before that.
mkdir('/var/lib/dokuwiki/lib/plugins/together');
file_put_contents('/var/lib/dokuwiki/lib/plugins/together/plugin.info.txt', "base together\nname together\n");
file_put_contents('/var/lib/dokuwiki/lib/plugins/together/action.php', <<<'PHP'
    <?php
    class action_plugin_together extends DokuWiki_Action_Plugin
    {
        public function register(Doku_Event_Handler $events)
        {
            $events->register_hook('DOKUWIKI_STARTED', 'BEFORE', $this, 'meet');
        }

        public function meet()
        {
            rustdb_tests_together();
        }
    }
    PHP);
$wiki = merging(...DOKUWIKI);
$visitor = new Visitor($wiki);
$names = ['apple', 'banana', 'cherry', 'date', 'elder', 'fig'];

/** A page of the wiki. */
$at = fn(string $id, string $do = 'show'): string => "/doku.php?id=$id&do=$do";
/** All of them, for tabs that are open. */
$views = fn(): array => array_map(fn(string $name): array => [$at($name)], $names);
$signed_in = fn(Page $page) => shows('Logged in as', $page);
$credentials = fn(Page $form): array => [
    $at('start', 'login'),
    ['sectok' => field($form, 'sectok'), 'id' => 'start', 'do' => 'login', 'u' => 'admin', 'p' => 'correct-horse'],
];

// Nobody reads meanwhile: DokuWiki takes the cookie of the sign-in away in each answer to somebody who has not signed in.
test('somebody signs in in two tabs, in different seconds', function () use ($visitor, $at, $views, $credentials, $signed_in): void {
    $form = $visitor->open($at('start', 'login'));
    $answers = $visitor->together([$credentials($form), $credentials($form)], over_a_second: true);
    equal([302, 302], [$answers[0]->status, $answers[1]->status], 'statuses');
    foreach ($visitor->together([...$views(), [$at('start')]]) as $page) {
        $signed_in($page);
    }
    // Both have written when that was, and a digest of the password as the browser keeps it, each time encrypted anew.
    $places = preg_replace('/^DW[0-9a-f]{32}/', 'DW', array_keys(conflicts()));
    equal(['DW[auth][pass]', 'DW[auth][time]'], $places, 'conflicts');
});

test('pages that are written at once in six tabs are all stored', function () use ($visitor, $at, $names): void {
    $forms = $visitor->together(array_map(fn(string $name): array => [$at($name, 'edit')], $names));
    $sent = $visitor->together(array_map(fn(Page $form, string $name): array => [$at($name), [
        'sectok' => field($form, 'sectok'),
        'id' => $name,
        'rev' => '0',
        'date' => field($form, 'date'),
        'prefix' => '.',
        'suffix' => '',
        'changecheck' => field($form, 'changecheck'),
        'target' => 'section',
        'wikitext' => "====== The $name ======\nThis is the $name.",
        'summary' => '',
        'do[save]' => '1',
    ]], $forms, $names));
    foreach ($sent as $answer) {
        equal(302, $answer->status, "status of $answer->address");
    }
    foreach ($names as $name) {
        shows("This is the $name.", $visitor->open($at($name)));
    }
});

test('the trace has all pages that were read at once, between those that were read before and after', function () use ($wiki, $at, $views, $names): void {
    $reader = new Visitor($wiki);
    $reader->open($at('wiki:welcome'));
    $reader->open($at('wiki:syntax'));
    $reader->together($views());
    $page = $reader->open($at('wiki:dokuwiki'));
    ensure(preg_match('~<div class="trace">(.*?)</div>~s', $page->body, $trace) === 1, 'there is no trace');
    preg_match_all('~ title="([^"]+)"~', $trace[1], $pages);
    equal(['wiki:welcome', 'wiki:syntax', 'wiki:dokuwiki'], array_values(array_diff($pages[1], $names)), 'pages before and after');
    $between = array_slice($pages[1], 2, -1);
    sort($between);
    equal($names, $between, 'pages that were read at once');
});

test('signed out in all tabs, though others read meanwhile', function () use ($visitor, $at, $views): void {
    $logout = $at('start', 'logout') . '&sectok=' . field($visitor->open($at('apple', 'edit')), 'sectok');
    $visitor->together([[$logout], ...$views()]);
    foreach ($visitor->together($views()) as $page) {
        shows_not('Logged in as', $page);
    }
});

merged_well($wiki, $visitor, ['DW[0-9a-f]{32}\[(auth\]\[(pass|time)|bc)\]']);
