#!/usr/bin/env php
<?php
// The database server is restarted under load, gracefully and by SIGKILL: whatever was
// acknowledged is there afterwards.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$site = new Site(workers: 8);

foreach (['gracefully' => 'RUSTDB_TEST_RESTART', 'by SIGKILL' => 'RUSTDB_TEST_RESTART_KILL'] as $how => $command) {
    test("no acknowledged increment is missing after the server was restarted $how under load", function () use ($site, $command): void {
        restart_under_load($site, setting($command));
    });
}

no_worker_crashed();

function restart_under_load(Site $site, string $command): void
{
    $sids = array_map(fn() => $site->new_session(), range(1, 12));
    $old = admin();
    $restart = null;
    $load = new Load();

    // Load before, during and after: the generator ends it when each of the three has had its share.
    $requests = (function () use ($sids, $command, $load, &$restart): Generator {
        $deadline = microtime(true) + 60;
        for ($sent = 0; ; $sent++) {
            if ($sent === 150) {
                $restart = new Program('restart', ['sh', '-c', $command]);
            }
            $load->restarted = $restart?->ended() !== null;
            if ($load->after >= 150 && $sent >= 500) {
                return;
            }
            ensure(microtime(true) < $deadline, "the load has not ended in 60 seconds: $sent sent, $load->after acknowledged after the restart");
            yield ['/both/count.php', $sids[$sent % count($sids)]];
        }
    })();
    $answers = $site->http->all($requests, 16, $load->count(...));

    equal(0, $restart->ended(), 'the exit status of the restart: ' . $restart->logged());
    try {
        $old->query('SELECT 1');
        throw new Failed('a connection from before the restart still works: there was none');
    } catch (mysqli_sql_exception) {
    }
    ensure($load->failed > 0, 'no request failed: the server was not away under load');
    foreach ($answers as $answer) {
        // A refused request is a page's own 500 with a reason: no worker crashed or hung.
        ensure(in_array($answer->status, [200, 500], true), 'an answer: ' . $answer->summary());
        ensure($answer->status === 200 || $answer->value('reason') !== '', 'a refused request gave no warning');
        ensure($answer->seconds < 20, "a request took $answer->seconds seconds");
    }
    foreach ($sids as $sid) {
        $acknowledged = $load->acknowledged[$sid] ?? 0;
        $most = $acknowledged + ($load->refused[$sid] ?? 0);
        $stored = $site->stored($sid);
        ensure($stored >= $acknowledged, "a session has lost increments: $acknowledged acknowledged, $stored stored");
        ensure($stored <= $most, "a session has counted too much: $most sent, $stored stored");
    }
}

/** What has come of the requests so far. */
final class Load
{
    public bool $restarted = false;
    public int $after = 0;
    public int $failed = 0;
    /** @var array<string, int> by session id */
    public array $acknowledged = [];
    public array $refused = [];

    public function count(Answer $answer): void
    {
        if ($answer->status === 200) {
            $this->acknowledged[$answer->sid] = ($this->acknowledged[$answer->sid] ?? 0) + 1;
            $this->after += (int) $this->restarted;
        } else {
            $this->refused[$answer->sid] = ($this->refused[$answer->sid] ?? 0) + 1;
            $this->failed++;
        }
    }
}
