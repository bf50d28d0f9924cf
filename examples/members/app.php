<?php
// What every page begins with: the session, and what keeps other sites' forms and scripts out.
declare(strict_types=1);
require __DIR__ . '/database.php';
require __DIR__ . '/members.php';

// A warning becomes an exception, so that a session that could not be read or written is never taken for a good one.
set_error_handler(static function (int $level, string $text, string $file, int $line): never {
    throw new ErrorException($text, 0, $level, $file, $line);
});
set_exception_handler(static function (Throwable $error): void {
    error_log((string) $error);
    if (!headers_sent()) {
        http_response_code(503);
        echo 'Something is out of order. Please try again in a moment.';
    }
});
header('Content-Type: text/html; charset=utf-8');
header("Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
header('X-Content-Type-Options: nosniff');
header('Referrer-Policy: same-origin');

function new_token(): string
{
    return bin2hex(random_bytes(16));
}

session_start();
$_SESSION['token'] ??= new_token();

/** Whether a form of this session was posted; one that another site has made is refused. */
function posted(): bool
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
        return false;
    }
    if (!hash_equals($_SESSION['token'], text('token'))) {
        refuse(403, 'That form is out of date. Please go back, reload the page, and try again.');
    }
    return true;
}

/** A value of the form; '' where there is none, or one with a NUL, behind which bcrypt does not look at a password. */
function text(string $name): string
{
    $value = $_POST[$name] ?? '';
    return is_string($value) && !str_contains($value, "\0") ? $value : '';
}

function need_member(): void
{
    if (member() === null) {
        go_to('/');
    }
}

/** Everything is stored before the browser hears of it. What is to be told is told once, on the next page. */
function go_to(string $path, ?string $notice = null): never
{
    if ($notice !== null) {
        $_SESSION['notice'] = $notice;
    }
    session_write_close();
    header("Location: $path", true, 303);
    exit;
}

function refuse(int $status, string $why): never
{
    http_response_code($status);
    page('Not possible', fn() => print('<p role="alert">' . html($why) . '</p>'));
    exit;
}

function html(string|int|null $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

/** A form of one button. */
function button(string $page, string $text, array $fields): string
{
    $hidden = '';
    foreach (['token' => $_SESSION['token']] + $fields as $name => $value) {
        $hidden .= sprintf('<input type="hidden" name="%s" value="%s">', html($name), html($value));
    }
    return sprintf('<form method="post" action="%s">%s<button>%s</button></form>', html($page), $hidden, html($text));
}

/** Prints a page; $content prints its inner part. */
function page(string $title, callable $content): void
{
    $notice = $_SESSION['notice'] ?? null;
    unset($_SESSION['notice']);
    $pages = member() === null ? ['/' => 'Sign in'] : ['/' => 'Home', '/devices.php' => 'Your devices', '/password.php' => 'Password'];
    require __DIR__ . '/layout.php';
}
