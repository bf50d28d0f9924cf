#!/usr/bin/env php
<?php
// Roundcube under rustdb.lock=merge, in many tabs at once: signing in, reading, writing in several windows with
// attachments, and signing out, over two servers and a mailbox of Dovecot.

declare(strict_types=1);

require __DIR__ . '/tabs.php';
require __DIR__ . '/set_up.php';
require __DIR__ . '/mail.php';

$subjects = ['Breakfast', 'Lunch', 'Dinner'];
$mail = new MailServer($subjects);
set_up_roundcube($mail->port);
$roundcube = merging(...ROUNDCUBE);
$visitor = new Visitor($roundcube);

$at = fn(string $task, string $query = ''): string => "/index.php?_task=$task$query";
/** What pages ask while they are open. */
$tabs = fn(): array => [
    [$at('mail', '&_mbox=INBOX')],
    [$at('mail', '&_action=list&_mbox=INBOX&_page=1&_remote=1'), null, ['X-Requested-With: XMLHttpRequest']],
    [$at('mail', '&_action=getunread&_page=1&_remote=1'), null, ['X-Requested-With: XMLHttpRequest']],
    [$at('addressbook')],
    [$at('settings')],
];
$token = fn(Page $page): string => preg_match('/"request_token":"([^"]+)"/', $page->body, $found) ? $found[1]
    : throw new Failed("$page->address has no token: " . substr(strip_tags($page->body), 0, 200));
$signed_in = fn(Page $page) => shows('"request_token":', $page) ?? shows_not('name="_pass"', $page);

test('somebody signs in, and is signed in in all tabs that open at once', function () use ($visitor, $at, $tabs, $mail): void {
    $form = $visitor->open($at('login'));
    $before = $visitor->cookies['roundcube_sessid'];
    $page = $visitor->open($at('login'), [
        '_token' => field($form, '_token'),
        '_task' => 'login',
        '_action' => 'login',
        '_timezone' => 'UTC',
        '_user' => $mail::USER,
        '_pass' => $mail::PASSWORD,
    ]);
    shows('"task":"mail"', $page);
    ensure($visitor->cookies['roundcube_sessid'] !== $before, 'the session has its id from before');
    foreach ($visitor->together($tabs()) as $answer) {
        equal(200, $answer->status, "status of $answer->address");
        shows_not('_pass', $answer);
        shows_not('session_error', $answer);
    }
});

test('the list of messages has them all, beside other tabs', function () use ($visitor, $tabs, $subjects): void {
    $list = $visitor->together([...$tabs(), ...$tabs()], over_a_second: true)[1];
    foreach ($subjects as $subject) {
        shows($subject, $list);
    }
});

test('four windows that are opened at once to write in can all be written in', function () use ($visitor, $at, $tabs, $token, $mail): void {
    $opened = $visitor->together([...array_fill(0, 4, [$at('mail', '&_action=compose')]), ...$tabs()]);
    $windows = [];
    foreach (array_slice($opened, 0, 4) as $answer) {
        ensure(preg_match('/[?&]_id=(\w+)/', (string) $answer->location(), $id) === 1, "$answer->status, to {$answer->location()}");
        $windows[] = $id[1];
    }
    $forms = $visitor->together([...array_map(fn(string $id): array => [$at('mail', "&_action=compose&_id=$id")], $windows), ...$tabs()]);
    // Two files are dropped into the first window, and uploaded at once.
    $uploads = array_map(fn(string $name): array => [
        $at('mail', "&_action=upload&_remote=1&_from=compose&_id=$windows[0]&_uploadid=upload$name"),
        ['_attachments[]' => new CURLStringFile("This is the $name.", "$name.txt", 'text/plain'), '_token' => $token($forms[0])],
        ['X-Requested-With: XMLHttpRequest', 'X-Roundcube-Request: ' . $token($forms[0])],
    ], ['first', 'second', 'third']);
    foreach ($visitor->together([...$uploads, ...$tabs()]) as $i => $answer) {
        equal(200, $answer->status, "status of $answer->address");
        $i >= 3 || shows('add2attachment_list', $answer);
    }
    $saved = $visitor->together(array_map(fn(string $id, int $i): array => [$at('mail', '&_action=send&_remote=1&_framed=1'), [
        '_token' => $token($forms[$i]),
        '_id' => $id,
        '_attachments' => '',
        '_from' => preg_match('~<select name="_from"[^>]*>\s*<option value="(\d+)"~', $forms[$i]->body, $from) ? $from[1] : '',
        '_to' => 'grace@example.com',
        '_subject' => "Draft $i",
        '_message' => "This is draft $i.",
        '_draft' => '1',
        '_draft_saveid' => '',
        '_is_html' => '0',
    ]], $windows, array_keys($windows)));
    foreach ($saved as $answer) {
        equal(200, $answer->status, "status of $answer->address: $answer->body");
    }
    $drafts = $mail->messages('Drafts');
    foreach (array_keys($windows) as $i) {
        $found = array_values(preg_grep("/^Subject: Draft $i\r?$/m", $drafts));
        equal(1, count($found), "drafts of window $i: " . substr(strip_tags($saved[$i]->body), 0, 200));
        $names = preg_match_all('/filename="?(\w+)\.txt/', $found[0], $files) ? $files[1] : [];
        sort($names);
        equal($i === 0 ? ['first', 'second', 'third'] : [], $names, "attachments of window $i");
    }
});

test('tabs that list other folders, or search for something else, each show what is theirs', function () use ($visitor, $at, $subjects): void {
    $script = ['X-Requested-With: XMLHttpRequest'];
    $ask = fn(string $query): array => [$at('mail', "&$query&_remote=1"), null, $script];
    $search = fn(string $word): array => $ask("_action=search&_q=$word&_headers=subject&_mbox=INBOX");
    // The list of drafts goes first: each of the others is then a change, too.
    $visitor->together([$ask('_action=list&_mbox=Drafts&_page=1')]);
    $answers = $visitor->together([
        $ask('_action=list&_mbox=INBOX&_page=1'),
        $ask('_action=list&_mbox=Drafts&_page=1'),
        $ask('_action=list&_mbox=Sent&_page=1'),
        $search('Lunch'),
        $search('Dinner'),
    ]);
    $found = fn(Page $page): array => array_values(array_filter([...$subjects, 'Draft 0'], fn(string $word): bool => str_contains($page->body, "\\\"subject\\\":\\\"$word") || str_contains($page->body, "\"$word\"")));
    equal([$subjects, ['Draft 0'], [], ['Lunch'], ['Dinner']], array_map($found, $answers), 'what the tabs show');
});

test('signed out in all tabs, though others ask meanwhile', function () use ($visitor, $at, $tabs, $token): void {
    $logout = $at('logout', '&_token=' . $token($visitor->open($at('mail'))));
    $cookies = $visitor->cookies;
    $visitor->together([[$logout], ...$tabs()]);
    // As well with all cookies of the time before, as somebody has them who took them.
    foreach ([$visitor->cookies, $cookies] as $visitor->cookies) {
        foreach ($visitor->together($tabs()) as $i => $page) {
            shows(in_array($i, [1, 2], true) ? 'session_error' : 'name="_pass"', $page);
        }
    }
});

test('Roundcube has logged no error', function (): void {
    equal([], preg_grep('/rustdb: merged session/', file(folder() . '/errors.log'), PREG_GREP_INVERT), 'errors.log');
});
merged_well($roundcube, $visitor, ['task', 'mbox', 'list_attrib', '__MTIME', 'unseen_count', 'search_request', 'last_text_search']);
