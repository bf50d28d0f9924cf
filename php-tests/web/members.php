#!/usr/bin/env php
<?php
// The example of a member area (examples/members): starts it as `make demo-members` does, and visits it as its members do on their
// devices, as crawlers do, and as somebody who wants to be in who should not. Time is moved on in the database, whose clock
// is the one that counts.
//
//   RUSTDB_TEST_CRAWLER   how many requests the crawler makes (default 1000)

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/example.php';
require __DIR__ . '/device.php';

$requests = (int) (getenv('RUSTDB_TEST_CRAWLER') ?: 1000);
time_limit(180 + intdiv($requests, 20));
[$urls, $ports] = two_servers();
$example = start_members($ports);

example_starts($example, $urls);

test('who does not know the password does not come in, and is not told which names there are', function (): void {
    $device = new Device();
    $answers = [];
    foreach ([['alice', 'wrong'], ['nobody', 'correct horse'], ['ALICE', 'correct horse'], ['alice', ''], ['', ''], ["alice\0", 'correct horse'], ['alice', "correct horse\0"], ["' OR 1=1 -- ", 'x']] as [$name, $password]) {
        $page = $device->send('/', ['name' => $name, 'password' => $password]);
        equal([422, null], [$page->status, $page->element('member')], 'signing in with ' . json_encode([$name, $password]));
        $answers[] = $page->element('notice');
    }
    equal(['Name or password is wrong.'], array_values(array_unique($answers)), 'what is said');
    foreach (['/devices.php', '/password.php', '/admin.php'] as $path) {
        $page = $device->browser->ask($device->address($path));
        equal([303, '/'], [$page->status, $page->location()], "status of $path");
    }
});

test('a member signs in with a new id, which both servers know', function (): void {
    $device = new Device();
    $device->look('/');
    $before = $device->id();
    equal('alice', $device->sign_in('alice')->element('member'), 'who is signed in');
    $after = $device->id();
    ensure($before !== null && $after !== $before, 'the id is the old one');
    equal(['alice', 'alice'], [$device->member(), $device->member()], 'who is signed in on both servers');
    // The old id, which somebody may have planted, is worth nothing, and after rustdb.regenerate_grace nobody knows it.
    time_passes(61);
    $attacker = new Device();
    $attacker->browser->plant('127.0.0.1', 'member', $before);
    equal(null, $attacker->member(), 'who is signed in with the old id');
    ensure($attacker->id() !== $before, 'the old id lives on');
    $device->look('/');
    equal(1, preg_match('/^Set-Cookie: member=\w+;.* HttpOnly; SameSite=Lax/mi', (new Device())->look('/')->headers), 'protected cookies');
});

test('the devices of a member are listed, and one can be signed out from another', function (): void {
    everybody_leaves();
    $laptop = signed_in('alice', 'Laptop');
    $phone = signed_in('alice', 'Phone');
    $bob = signed_in('bob', 'Desk');
    equal([['Phone'], ['Laptop'], []], array_map(fn(Device $device) => array_keys($device->others()), [$laptop, $phone, $bob]), 'the other devices');
    $page = $phone->browser->visit($phone->address('/devices.php'), $phone->others()['Laptop']);
    equal('That device is signed out.', $page->element('notice'), 'what is said');
    equal([null, 'alice', 'bob'], array_map(fn(Device $device) => $device->member(), [$laptop, $phone, $bob]), 'who is signed in');
    equal([], $phone->others(), 'the other devices of the phone');
    $laptop->sign_in('alice');
    equal(['Laptop'], array_keys($phone->others()), 'after the laptop has signed in again');
    equal(null, $phone->look('/devices.php')->element('notice'), 'what is said once more');
});

test('nobody signs out a device of somebody else', function (): void {
    $alice = signed_in('alice', 'Alice');
    $bob = signed_in('bob');
    $handles = column(admin(), "SELECT LOWER(HEX(handle)) FROM member_sessions_label WHERE label='alice'");
    ensure(count($handles) >= 1, 'alice has no session');
    $own = $bob->look('/devices.php')->form('/');
    foreach ([...$handles, ...array_map(strtoupper(...), $handles), '', 'x', str_repeat('0', 32), "' OR 1=1"] as $handle) {
        $page = $bob->browser->ask($bob->address('/devices.php'), ['action' => 'one', 'handle' => $handle] + $own);
        equal(404, $page->status, "status of handle $handle");
    }
    equal('alice', $alice->member(), 'who is signed in');
});

test('signing out ends the session', function (): void {
    $device = signed_in('alice');
    $id = $device->id();
    equal(null, $device->send('/', [])->element('member'), 'who is signed in');
    $device->browser->plant('127.0.0.1', 'member', $id);
    equal(null, $device->member(), 'who is signed in with the old id');
    equal([], column(admin(), "SELECT 1 FROM member_sessions WHERE codec<128 AND id=UNHEX('" . hash('sha256', $id) . "')"), 'the row');
});

test('sign out everywhere else', function (): void {
    everybody_leaves();
    [$one, $two, $three] = array_map(fn($name) => signed_in('alice', $name), ['One', 'Two', 'Three']);
    $bob = signed_in('bob');
    $one->look('/devices.php');
    $page = $one->browser->visit($one->address('/devices.php'), ['action' => 'everywhere'] + $one->look('/')->form('/'));
    equal('Signed out on 2 other devices.', $page->element('notice'), 'what is said');
    equal(['alice', null, null, 'bob'], array_map(fn(Device $device) => $device->member(), [$one, $two, $three, $bob]), 'who is signed in');
});

test('a new password signs out everywhere else, and the old one is worth nothing', function (): void {
    everybody_leaves();
    $one = signed_in('bob', 'One');
    $two = signed_in('bob', 'Two');
    $alice = signed_in('alice');
    foreach ([['correct horse', 'short', 'The new password has to have'], ['wrong', 'battery staple', 'The old password is wrong.']] as [$old, $new, $why]) {
        $page = $one->send('/password.php', ['old' => $old, 'new' => $new]);
        equal(422, $page->status, 'status');
        ensure(str_starts_with((string) $page->element('notice'), $why), "what is said: $page->body");
    }
    equal(['bob', 'bob'], [$one->member(), $two->member()], 'who is signed in after these');
    $id = $one->id();
    $page = $one->send('/password.php', ['old' => 'correct horse', 'new' => 'battery staple']);
    equal('Your password is changed. Signed out on 1 other device.', $page->element('notice'), 'what is said');
    equal(['bob', null, 'alice'], [$one->member(), $two->member(), $alice->member()], 'who is signed in');
    ensure($one->id() !== $id, 'the id is the old one');
    equal([422, 200], [$two->sign_in('bob')->status, $two->sign_in('bob', 'battery staple')->status], 'signing in with the old and the new');
    equal(['Two'], array_keys($one->others()), 'the other devices after that');
    $one->send('/password.php', ['old' => 'battery staple', 'new' => 'correct horse']);
});

test('who signs in with the old password while it is changed stays out', function (): void {
    $device = new Device();
    $form = ['name' => 'bob', 'password' => 'correct horse'] + $device->look('/')->form('/');
    $admin = admin();
    $looker = admin();
    $sessions = "SELECT COUNT(*) FROM member_sessions_label WHERE label='bob'";
    $before = column($looker, $sessions);
    [$hash] = column($looker, "SELECT password FROM members WHERE name='bob'");
    // The change is under way: its transaction has the member's row. The sign-in has to wait for how it ends.
    $admin->begin_transaction();
    $admin->query("UPDATE members SET password='changed' WHERE name='bob'");
    $url = parse_url($device->address('/'));
    $body = http_build_query($form);
    $socket = stream_socket_client("tcp://127.0.0.1:$url[port]");
    fwrite($socket, "POST / HTTP/1.0\r\nCookie: member={$device->id()}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        . strlen($body) . "\r\n\r\n$body");
    try {
        wait_until(fn() => lock_waiters($looker) > 0, 10, 'the sign-in waits');
        $admin->commit();
        $answer = stream_get_contents($socket);
    } finally {
        $admin->rollback();
        $looker->query("UPDATE members SET password='$hash' WHERE name='bob'");
    }
    ensure(str_contains($answer, ' 422 '), "the answer: $answer");
    equal($before, column($looker, $sessions), 'sessions of bob');
});

test('forms that other sites have made do nothing', function (): void {
    $victim = signed_in('bob');
    $foreign = (new Device())->look('/')->form('/');
    foreach ([
        ['/', ['action' => 'sign-out']],
        ['/devices.php', ['action' => 'everywhere']],
        ['/devices.php', ['action' => 'one', 'handle' => 'x']],
        ['/password.php', ['old' => 'correct horse', 'new' => 'battery staple']],
    ] as [$path, $fields]) {
        foreach ([[], ['token' => ''], ['token' => ['x']], ['token' => $foreign['token']]] as $token) {
            $page = $victim->browser->ask($victim->address($path), $token + $fields);
            equal(403, $page->status, "status of $path with " . json_encode($token));
        }
    }
    // Nor is anybody signed in as somebody else.
    $visitor = new Device();
    $visitor->look('/');
    $page = $visitor->browser->ask($visitor->address('/'), ['action' => 'sign-in', 'name' => 'alice', 'password' => 'correct horse', 'token' => $foreign['token']]);
    equal(403, $page->status, 'status of a foreign sign-in');
    equal(['bob', null], [$victim->member(), $visitor->member()], 'who is signed in');
    equal(200, (new Device())->sign_in('bob')->status, 'the password is the same');
});

test('names and browsers show as text, whatever is in them', function (): void {
    everybody_leaves();
    $evil = '"><script>alert(1)</script><b x=\'';
    $page = (new Device())->sign_in($evil, 'x');
    equal(422, $page->status, 'status');
    ensure(str_contains($page->body, html($evil)) && !str_contains($page->body, '<script'), "the name in the form: $page->body");
    signed_in('alice', "$evil\xff");
    signed_in('alice', '');
    $agents = array_keys(signed_in('alice')->others());
    sort($agents);
    equal([html("$evil\u{fffd}"), 'A browser without a name'], $agents, 'the devices');
    $password = password_hash('correct horse', PASSWORD_DEFAULT);
    admin()->query("REPLACE INTO members VALUES ('" . admin()->real_escape_string($evil) . "', '$password', 0)");
    $device = new Device();
    $device->sign_in($evil);
    foreach (['/', '/devices.php', '/password.php'] as $path) {
        $page = $device->look($path);
        equal([html($evil), false], [$page->element('member'), str_contains($page->body, '<script')], "the name in $path");
        ensure(str_contains($page->headers, "Content-Security-Policy: default-src 'none'; style-src 'self';"), "$path lets scripts run");
    }
});

test('half an hour without a request signs out, and a minute less does not', function (): void {
    everybody_leaves();
    $device = signed_in('alice');
    foreach (range(1, 3) as $time) {
        time_passes(1740);
        equal('alice', $device->member(), "who is signed in after 29 minutes, $time");
    }
    time_passes(1861); // and the interval in which expiries are not moved
    equal(null, $device->member(), 'who is signed in after 31 minutes');
});

test('who wants to be kept stays signed in for two weeks without a request, on a browser that was closed, too', function (): void {
    everybody_leaves();
    [$kept, $other] = [signed_in('alice', keep: true), signed_in('alice')];
    foreach ([$kept, $other] as $device) {
        $device->look('/devices.php');
        $device->restart();
    }
    equal(['alice', null], [$kept->member(), $other->member()], 'who is signed in when the browsers were closed');
    $other->sign_in('alice');
    time_passes(86400 * 13);
    equal(['alice', null], [$kept->member(), $other->member()], 'who is signed in after 13 days');
    time_passes(86400 * 13);
    equal('alice', $kept->member(), 'who is signed in after 13 more');
    $kept = signed_in('bob', keep: true);
    $before = $kept->id();
    $kept->send('/password.php', ['old' => 'correct horse', 'new' => 'battery staple']);
    $kept->send('/password.php', ['old' => 'battery staple', 'new' => 'correct horse']);
    ensure($kept->id() !== $before, 'the id is the old one');
    $kept->restart();
    time_passes(86400 * 13);
    equal('bob', $kept->member(), 'who is signed in 13 days after a change of the password');
    time_passes(86400 * 14 + 61);
    equal(null, $kept->member(), 'who is signed in after two weeks without a request');
});

test('who was kept and signs out, or in without it, is kept no more', function (): void {
    everybody_leaves();
    $device = signed_in('alice', keep: true);
    $device->send('/', [], 0);
    equal(null, $device->member(), 'who is signed in after the sign-out');
    $device->sign_in('alice');
    time_passes(1861);
    equal(null, $device->member(), 'who is signed in after 31 minutes');
});

test('thirty days after the sign-in it ends, however busy', function (): void {
    everybody_leaves();
    $device = signed_in('alice', keep: true);
    for ($days = 10; $days < 30; $days += 10) {
        time_passes(864_000);
        equal('alice', $device->member(), "who is signed in after $days days");
    }
    time_passes(864_000 - 60);
    equal('alice', $device->member(), 'who is signed in a minute before');
    time_passes(61);
    equal(null, $device->member(), 'who is signed in a moment after');
});

test('only administrators see who is here', function (): void {
    $page = signed_in('bob')->look('/admin.php');
    equal([403, null], [$page->status, $page->element('visitors')], 'what bob sees');
    $alice = signed_in('alice');
    equal(200, $alice->look('/admin.php')->status, 'status for alice');
    admin()->query("UPDATE members SET admin=0 WHERE name='alice'");
    equal(403, $alice->look('/admin.php')->status, 'status for alice when the right is gone');
    admin()->query("UPDATE members SET admin=1 WHERE name='alice'");
});

test('visitors, members and one-request visitors are counted apart, and a crawler leaves next to nothing', function () use ($requests): void {
    everybody_leaves();
    $alice = signed_in('alice');
    signed_in('bob', 'One');
    $two = signed_in('bob', 'Two');
    $guest = new Device();
    $guest->look('/');
    equal([3, 3, 2, 1], who_is_here($alice), 'with a guest who has just come');
    $guest->look('/');
    equal([4, 3, 2, 0], who_is_here($alice), 'with the guest on a second page');
    $statuses = [];
    (new Http($GLOBALS['urls']['A']))->each(
        (fn() => yield from array_fill(0, $requests, ['/', null]))(), 8,
        function (Answer $answer) use (&$statuses): void { $statuses[$answer->status] = ($statuses[$answer->status] ?? 0) + 1; },
    );
    equal([200 => $requests], $statuses, 'what the crawler got');
    equal($requests + 4, sessions(), 'sessions');
    equal([4, 3, 2, $requests], who_is_here($alice), 'after the crawler');
    collect();
    equal($requests + 4, sessions(), 'sessions after a collection that comes too early');
    time_passes(121);
    equal([4, 3, 2, 0], who_is_here($alice), 'two minutes later, before any collection');
    collect();
    equal([4, 3], [sessions(), (int) column(admin(), 'SELECT COUNT(*) FROM member_sessions_label')[0]], 'sessions and labels after it');
    equal([4, 3, 2, 0], who_is_here($alice), 'after it');
    // A session that was signed out while a request held its row: the row is still there, and counts no more.
    admin()->query("DELETE FROM member_sessions_label WHERE handle=UNHEX('" . $two->others()['One']['handle'] . "')");
    equal([[3, 2, 2, 0], 4], [who_is_here($alice), sessions()], 'with a row whose label is gone');
    time_passes(300);
    equal([1, 1, 1, 0], who_is_here($alice), 'five minutes later');
    $most = admin()->query('SELECT MAX(visitors), MAX(signed_in), MAX(once) FROM member_hours')->fetch_row();
    equal([4, 3, $requests], array_map(intval(...), $most), 'the most at once');
    ensure(preg_match_all('~<rect class="(\w+)"[^>]* height="([\d.]+)"><title>\d\d:00: ([1-9]\d*)</title>~', $alice->look('/admin.php')->body, $bars, PREG_SET_ORDER) > 0, 'no bars');
    $drawn = [];
    foreach ($bars as [, $name, $height, $number]) {
        $drawn[$name] = max($drawn[$name] ?? [0, 0], [(int) $number, (float) $height]);
    }
    equal(['visitors' => [4, 120.0], 'signed_in' => [3, 90.0], 'once' => [$requests, 120.0]], $drawn, 'the highest bars');
});

test('hours are drawn in their order, for a day', function (): void {
    $alice = signed_in('alice');
    $now = (int) column(admin(), 'SELECT UNIX_TIMESTAMP() DIV 3600 * 3600')[0];
    foreach ([0 => 50, 1 => 100, 23 => 40, 24 => 7777] as $ago => $visitors) {
        admin()->query('REPLACE INTO member_hours VALUES (' . ($now - $ago * 3600) . ", $visitors, 0, 0)");
    }
    preg_match_all('~<rect class="visitors" x="(\d+)"[^>]*><title>([\d:]+): (\d+)</title>~', $alice->look('/admin.php')->body, $bars, PREG_SET_ORDER);
    equal(24, count($bars), 'bars');
    $first = (int) column(admin(), 'SELECT UNIX_TIMESTAMP() DIV 3600 * 3600')[0] - 23 * 3600;
    if ($first === $now - 23 * 3600) { // else an hour has just begun
        equal([gmdate('H:i', $first), '40'], array_slice($bars[0], 2), 'the first hour');
        equal(['100', '50'], [$bars[22][3], $bars[23][3]], 'the last two');
    }
});

test('README shows the SQL and the php.ini that this runs', function (): void {
    $folder = dirname(__DIR__, 2) . '/examples/members';
    $plain = fn(string $text): string => preg_replace('/\s+/', ' ', preg_replace('/ *--.*/', '', $text));
    $readme = $plain(file_get_contents("$folder/README.md"));
    foreach (['tables.sql' => '/CREATE OR REPLACE.*?;/s', 'record.sql' => '/INSERT.*;/s'] as $file => $statement) {
        preg_match($statement, file_get_contents("$folder/$file"), $sql);
        ensure(str_contains($readme, $plain($sql[0])), "README does not show what is in $file");
    }
    preg_match_all('/^(?:session\.gc_maxlifetime|rustdb\.\w+_lifetime)=(\d+)/m', file_get_contents("$folder/run"), $lines);
    equal(3, count($lines[0]), 'lines');
    foreach ($lines[0] as $line) {
        ensure(str_contains($readme, strtr($line, ['=' => ' = '])), "README does not show $line");
    }
});

/** Text as a page shows it. */
function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

example_ends($example);
