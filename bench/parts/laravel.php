<?php
// The part `tabs` with Laravel and its session drivers: one session, N requests at once. The report: ../laravel.php.

declare(strict_types=1);

require_once __DIR__ . '/tabs.php';

function laravel(Results $results): void
{
    set_flush(Place::Disk, 2);
    make_laravel_tables(Place::Disk);
    make_table(table('laravel-rustdb'), Place::Disk);
    $names = handlers_like(...LARAVEL_HANDLERS);
    $site = new Site($names, intdiv(TABS_WORKERS, 2), masters: 2);
    // Only the requests that are measured wait for each other.
    $page = fn(string $name, bool $measured): array => ['laravel', $name === 'laravel-block' && $measured ? 'page=blocked&' : 'page=work&'];
    at_once_by_turns($results, 'laravel', $site, $names, fn(string $name): string => laravel_session($site, $name), $page);
    $site->stop();
}

/** A new session of 1 KiB; returns its cookie. */
function laravel_session(Site $site, string $name): string
{
    [, [[$status, , $head]]] = at_once($site, $name, ['laravel', 'page=begin&'], [['', '']]);
    if ($status !== 200 || !preg_match('/^Set-Cookie: (laravel_session=[^;]+)/mi', $head, $cookie)) {
        throw new Exception("$name: status $status where a session begins");
    }
    return $cookie[1];
}
