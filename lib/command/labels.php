<?php
// `rustdb sessions` and `rustdb revoke`: the sessions of a label.

declare(strict_types=1);

namespace Rustdb\Command;

const SESSIONS_HELP = <<<'TEXT'
    rustdb sessions LABEL [--json]

    Lists the live sessions that the site has labelled with this by Rustdb\label(): a user's name or number. The handle
    names a session here and in `rustdb revoke`, and is no way to its id.

    Exit status: 0, also where there are none.

    TEXT;

const REVOKE_HELP = <<<'TEXT'
    rustdb revoke LABEL [--handle HANDLE...] [--json]

    Ends all live sessions of a label, whatever requests hold them: sign out everywhere. No request can store one any more.

      --handle HANDLE     only this one, as `rustdb sessions LABEL` shows it; may be given several times

    Exit status: 0, also where there were none; 1 where a handle is none of this label's.

    TEXT;

/** @param list<string> $arguments */
function sessions(array $arguments): int
{
    $options = new Options($arguments, SESSIONS_HELP);
    if ($options->helps(1, 1)) {
        return FINE;
    }
    $sessions = sessions_of($options->rest[0]);
    if ($options->has('json')) {
        say_json(array_map(fn(array $session) => array_diff_key($session, ['current' => 0]), $sessions));
        return FINE;
    }
    if ($sessions === []) {
        say("no sessions\n");
        return FINE;
    }
    say(paint(1, fit('HANDLE', 34) . fit('SIGNED IN', 21) . 'LAST USED') . "\n");
    foreach ($sessions as $session) {
        say(fit($session['handle'], 34) . date('Y-m-d H:i:s', $session['created']) . '  '
            . date('Y-m-d H:i:s', $session['seen']) . "\n");
    }
    return FINE;
}

/** @param list<string> $arguments */
function revoke(array $arguments): int
{
    $options = new Options($arguments, REVOKE_HELP, values: ['handle']);
    if ($options->helps(1, 1)) {
        return FINE;
    }
    $label = $options->rest[0];
    $sessions = array_column(sessions_of($label), 'handle');
    $handles = $options->all('handle');
    $strange = array_values(array_diff($handles, $sessions));
    $ended = match (true) {
        $handles !== [] => count(array_filter(array_intersect(array_unique($handles), $sessions), \Rustdb\revoke_one(...))),
        $sessions === [] && !has_labels() => 0,
        default => \Rustdb\revoke($label, false),
    };
    if ($options->has('json')) {
        say_json(['ended' => $ended, 'unknown' => $strange]);
    } else {
        say(many($ended, 'session') . " ended\n");
        foreach ($strange as $handle) {
            fwrite(STDERR, 'rustdb: ' . plain($handle) . " is no live session of this label\n");
        }
    }
    return $strange === [] ? FINE : WRONG;
}

/** @return list<array{handle: string, created: int, seen: int, current: bool}> */
function sessions_of(string $label): array
{
    need_extension();
    try {
        // To ask would make the table, and then each read of a session would look into it.
        return has_labels() ? \Rustdb\sessions($label) : [];
    } catch (\ValueError) {
        throw new WrongUsage('a label has between 1 and 191 bytes');
    }
}

function has_labels(): bool
{
    $tables = array_column(\Rustdb\inspect('tables'), 'exists', 'for');
    return $tables['labels'] !== false;
}
