<?php
// What the shops and the issuer share: their addresses, their cookies, and the way of a visitor between them.
declare(strict_types=1);

/** Seconds for the way of a browser from the issuer to a shop. */
const TICKET_SECONDS = 30;

set_error_handler(static function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});
header('Cache-Control: no-store');
// An address with a ticket must not be told to anybody.
header('Referrer-Policy: no-referrer');

/** The origin of each site: the list that return addresses are checked against. */
function sites(): array
{
    $port = getenv('RUSTDB_DEMO_PORT');
    return array_map(fn(string $host): string => "http://$host.localhost:$port",
        ['login' => 'login', 'shop-a' => 'shop-a', 'shop-b' => 'shop-b', 'checkout' => 'checkout']);
}

/** The name of the site that is asked for; null for a host that is none of ours. */
function this_site(): ?string
{
    return array_search('http://' . ($_SERVER['HTTP_HOST'] ?? ''), sites(), true) ?: null;
}

/**
 * Opens the session that this site's cookie names, if there is one; false where its id is unknown, because the visitor has
 * signed in or out somewhere else. PHP sets no cookie here.
 */
function open_session(): bool
{
    $id = $_COOKIE['session'] ?? '';
    if (!is_string($id) || !preg_match('/^[A-Za-z0-9,-]{22,256}$/', $id)) {
        return false;
    }
    session_id($id);
    session_start();
    // Strict mode has replaced an id that it does not know; and an empty session is none of the issuer's.
    if (session_id() !== $id || !isset($_SESSION['made'])) {
        session_abort();
        return false;
    }
    return true;
}

/** Sets a cookie of this site alone. In production add 'secure' => true, and __Host- in front of the name. */
function set_cookie(string $name, string $value, int $seconds = 0): void
{
    setcookie($name, $value, [
        'expires' => $seconds === 0 ? 0 : time() + $seconds,
        'path' => '/',
        'httponly' => true,
        // Lax: it has to come along when the issuer sends the visitor back.
        'samesite' => 'Lax',
    ]);
}

/** Everything is stored before the browser hears of it. */
function redirect(string $address): never
{
    if (session_status() === PHP_SESSION_ACTIVE) {
        session_write_close();
    }
    header("Location: $address", true, 303);
    exit;
}

function refuse(int $status, string $why): never
{
    if (session_status() === PHP_SESSION_ACTIVE) {
        session_abort();
    }
    http_response_code($status);
    page('Not possible', '<p>' . html($why) . '</p>');
}

/** A form that another site made changes nothing here. Browsers send Origin with every POST. */
function posted_here(): void
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        header('Allow: POST');
        refuse(405, 'This has to be posted.');
    }
    if (($_SERVER['HTTP_ORIGIN'] ?? '') !== sites()[this_site()]) {
        refuse(403, 'Only the pages of this site may do that.');
    }
}

/** A value of the query or the form that is a string; '' where there is none. */
function text(array $from, string $name): string
{
    return is_string($from[$name] ?? null) ? $from[$name] : '';
}

function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

function page(string $title, string $body): never
{
    header('Content-Type: text/html; charset=utf-8');
    header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://*.localhost:*; base-uri 'none'; frame-ancestors 'none'");
    $title = html($title);
    echo "<!doctype html><html lang=en><meta charset=utf-8><title>$title</title>\n",
        "<style>body{font:1.1em/1.5 sans-serif;max-width:36em;margin:3em auto}form{display:inline}</style>\n<h1>$title</h1>\n$body\n";
    exit;
}
