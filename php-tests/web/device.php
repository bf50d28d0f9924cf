<?php
// The devices of the members of examples/members, and what happens to them beside their requests. Not a test itself,
// hence not executable: members.php is.

declare(strict_types=1);

/** A member's browser; each request goes to the other server than the last. */
final class Device
{
    public readonly Browser $browser;
    private int $turn = 0;

    public function __construct(string $agent = 'test')
    {
        $this->browser = new Browser($agent);
    }

    public function address(string $path): string
    {
        return $GLOBALS['urls'][$this->turn++ % 2 ? 'B' : 'A'] . $path;
    }

    public function look(string $path): Page
    {
        return $this->browser->visit($this->address($path));
    }

    /** Fills in a form of a page and sends it; returns the page that follows. */
    public function send(string $path, array $fields, int $which = 0): Page
    {
        $form = $this->look($path)->form($path, $which);
        ensure($form !== null, "$path has no form $which");
        return $this->browser->visit($this->address($path), $fields + $form);
    }

    public function sign_in(string $name, string $password = 'correct horse', bool $keep = false): Page
    {
        return $this->send('/', ['name' => $name, 'password' => $password] + ($keep ? ['keep' => '1'] : []));
    }

    /** The device is switched off, and its browser forgets what it need not keep. */
    public function restart(): void
    {
        $this->browser->restart();
    }

    /** Whose it is; null where nobody is signed in. */
    public function member(): ?string
    {
        return $this->look('/')->element('member');
    }

    public function id(): ?string
    {
        return $this->browser->cookie('127.0.0.1', 'member');
    }

    /** The forms that sign other devices out. @return array<string, array> agent, as the page has it => fields */
    public function others(): array
    {
        $page = $this->look('/devices.php');
        equal(200, $page->status, 'status of the devices');
        preg_match_all('~<li>.*?<b>(.*?)</b>(.*?)</li>~s', $page->body, $items, PREG_SET_ORDER);
        $found = [];
        foreach ($items as [, $agent, $rest]) {
            if (!str_contains($rest, 'This device')) {
                $found[$agent] = (new Page('', 200, '', $rest))->form('/devices.php');
            }
        }
        return $found;
    }
}

function signed_in(string $name, string $agent = 'test', bool $keep = false): Device
{
    $device = new Device($agent);
    $device->sign_in($name, keep: $keep);
    equal($name, $device->member(), "who is signed in with $agent");
    return $device;
}

/** Seconds go by, for the sessions and for what is noted of them. */
function time_passes(int $seconds): void
{
    $admin = admin();
    $admin->query("UPDATE member_sessions SET created_at=created_at-$seconds, expires_at=expires_at-$seconds, seen_at=seen_at-$seconds WHERE codec<128");
    // Marks have their time in microseconds.
    $admin->query("UPDATE member_sessions SET created_at=created_at-$seconds*1000000 WHERE codec BETWEEN 128 AND 254");
    $admin->query("UPDATE member_sessions_label SET created_at=created_at-$seconds");
}

/** Nobody is here. */
function everybody_leaves(): void
{
    foreach (['member_sessions', 'member_sessions_label', 'member_hours'] as $table) {
        admin()->query("DELETE FROM $table" . ($table === 'member_sessions' ? ' WHERE codec<128' : ''));
    }
}

/** Collects expired sessions, as README's line for cron does, with the example's php.ini. */
function collect(): void
{
    [$ini] = glob(folder() . '/rustdb-members.*/php.ini');
    $code = 'session_start(); session_gc(); session_destroy();';
    exec(escapeshellarg(setting('PHP')) . ' -n -c ' . escapeshellarg($ini) . ' -d session.use_cookies=0 -r ' . escapeshellarg($code) . ' 2>&1', $said, $status);
    equal([0, []], [$status, $said], 'session_gc()');
}

function sessions(): int
{
    return (int) column(admin(), 'SELECT COUNT(*) FROM member_sessions WHERE codec<128')[0];
}

/** What the admin page says: visitors, signed in, members, one-request visitors. */
function who_is_here(Device $admin): array
{
    $page = $admin->look('/admin.php');
    equal(200, $page->status, 'status of the admin page');
    return array_map(fn(string $id) => (int) $page->element($id), ['visitors', 'signed-in', 'members', 'once']);
}
