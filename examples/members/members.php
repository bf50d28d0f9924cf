<?php
// What happens to members: signing in and out, passwords, and devices. Sessions are PHP's own; what rustdb adds is the label that
// ties them to a member, and so the list of devices, and an end to each; and a lifetime for those that are kept.
declare(strict_types=1);

/** The member's name; null for a visitor. */
function member(): ?string
{
    return $_SESSION['member'] ?? null;
}

/** Seconds without a request for which somebody stays signed in who wants to be kept: two weeks. */
const KEPT = 1_209_600;

/** Signs in, or returns false. With $keep until long after the browser was closed. */
function sign_in(string $name, string $password, bool $keep): bool
{
    // The member's row stays locked, for readers together, until the session is stored under its label. So a change of the
    // password comes first, and this fails; or it comes later, and its Rustdb\revoke() finds this session, too.
    database()->begin_transaction();
    [$member] = query('SELECT name, password FROM members WHERE name = ? LOCK IN SHARE MODE', $name) + [null];
    if ($member === null) {
        password_hash('as slow as a wrong password', PASSWORD_DEFAULT);
    }
    $good = $member !== null && password_verify($password, $member['password']);
    if ($good) {
        session_regenerate_id(true); // an id that somebody has planted or seen before is worth nothing now
        $_SESSION = ['member' => $member['name'], 'token' => new_token()];
        Rustdb\label($member['name']);
        Rustdb\lifetime($keep ? KEPT : null);
        session_write_close();
    }
    database()->commit();
    if ($good) {
        start_kept($keep);
        foreach (Rustdb\sessions($member['name']) as $session) {
            if ($session['current']) {
                query('REPLACE INTO member_devices VALUES (UNHEX(?), ?)', $session['handle'], substr($_SERVER['HTTP_USER_AGENT'] ?? '', 0, 200));
            }
        }
    }
    return $good;
}

/** Starts the session that was just closed, and sends its cookie once more: one that is kept has to outlive the browser. */
function start_kept(bool $keep): void
{
    // The database decides when it is over, at the latest by this limit.
    ini_set('session.cookie_lifetime', $keep ? ini_get('rustdb.absolute_lifetime') : '0');
    session_start();
}

function sign_out(): void
{
    session_destroy();
    setcookie(session_name(), '', ['expires' => 1] + array_diff_key(session_get_cookie_params(), ['lifetime' => 0]));
}

/** Where this member is signed in, newest first. @return list<array{handle: string, created: int, seen: int, current: bool, agent: string}> */
function devices(): array
{
    $agents = array_column(query('SELECT LOWER(HEX(d.handle)) AS handle, d.agent FROM member_devices d '
        . 'JOIN member_sessions_label l ON l.handle = d.handle WHERE l.label = ?', member()), 'agent', 'handle');
    return array_map(fn(array $session) => $session + ['agent' => $agents[strtolower($session['handle'])] ?? ''], Rustdb\sessions(member()));
}

/** Changes the password and signs out everywhere else; returns how many sessions that were, or null where the old one is wrong. */
function change_password(string $old, string $new): ?int
{
    $hash = query('SELECT password FROM members WHERE name = ?', member())[0]['password'];
    if (!password_verify($old, $hash)) {
        return null;
    }
    // Where two change it at once, one of them is told that the old one is wrong.
    $changed = query('UPDATE members SET password = ? WHERE name = ? AND password = ?', password_hash($new, PASSWORD_DEFAULT), member(), $hash);
    if ($changed === 0) {
        return null;
    }
    session_regenerate_id(true);
    if (Rustdb\lifetime() !== null) {
        session_write_close();
        start_kept(true);
    }
    return Rustdb\revoke(member());
}
