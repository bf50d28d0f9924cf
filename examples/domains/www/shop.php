<?php
// A shop. It makes no session: where its cookie names none, it sends the visitor over the issuer, once, and gets a ticket.
declare(strict_types=1);

/**
 * Sends the visitor to a page of the issuer and back here, to $to. The state ties what comes back to this browser: the
 * cookie has the secret, the address only its digest, so an address that somebody reads or plants is of no use.
 */
function over_the_issuer(string $page, string $to): never
{
    $secret = bin2hex(random_bytes(32));
    set_cookie('state', $secret, 600);
    $return = sites()[this_site()] . '/enter?to=' . rawurlencode($to);
    redirect(sites()['login'] . "$page?" . http_build_query(['return' => $return, 'state' => hash('sha256', $secret)]));
}

/** The session, where there is one; else the visitor goes and gets it, or makes the form's request anew. */
function need_session(): void
{
    if (open_session()) {
        return;
    }
    $is_page = $_SERVER['REQUEST_METHOD'] === 'GET';
    over_the_issuer('/ticket', $is_page ? ltrim($_SERVER['REQUEST_URI'], '/') : '');
}

/** The visitor is back, with a ticket. */
function enter(): never
{
    $secret = text($_COOKIE, 'state');
    $state = text($_GET, 'state');
    $ticket = text($_GET, 'ticket');
    if ($secret === '') {
        refuse(400, 'This shop needs cookies, and the address that you came by is of no use without them.');
    }
    if (!hash_equals(hash('sha256', $secret), $state)) {
        // The cookie stays: this browser may be on its own way here, in another tab.
        refuse(400, 'That address was made for another browser.');
    }
    set_cookie('state', '', -3600);
    $id = Rustdb\redeem_ticket($ticket);
    if ($id === null) {
        refuse(400, 'That address has been used or is too old.');
    }
    session_id($id);
    session_start();
    $meant = $_SESSION['tickets'][hash('sha256', $ticket)] ?? null;
    // Somebody else's ticket with one's own state; or the visitor has signed in or out meanwhile.
    if (session_id() !== $id || $meant !== [$state, sites()[this_site()]]) {
        refuse(400, 'That ticket was made for another browser or another shop.');
    }
    unset($_SESSION['tickets'][hash('sha256', $ticket)]);
    set_cookie('session', $id);
    // Only a path of this shop: the one slash in front makes it one.
    $to = text($_GET, 'to');
    redirect(preg_match('~^[A-Za-z0-9?=&._-]*$~D', $to) ? "/$to" : '/');
}

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/enter':
        enter();

    case '/signin':
        over_the_issuer('/signin', '');

    case '/add':
        posted_here();
        need_session();
        $_SESSION['basket'][] = this_site();
        redirect('/');

    case '/signout':
        posted_here();
        // The one session of all sites is gone, and with it every cookie that names it.
        if (open_session()) {
            $_SESSION = [];
            session_destroy();
        }
        set_cookie('session', '', -3600);
        page('Signed out', '<p>Signed out everywhere. <a href=/>Back to the shop</a></p>');

    case '/':
        need_session();
        $user = $_SESSION['user'];
        $basket = array_count_values($_SESSION['basket']);
        $links = '';
        foreach (array_diff_key(sites(), ['login' => '']) as $name => $origin) {
            $links .= "<li><a href=\"$origin/\">$name</a></li>";
        }
        $list = implode('', array_map(fn($shop, $number) => "<li>$number of $shop</li>", array_keys($basket), $basket));
        page(this_site(),
            ($user === null ? '<p>Welcome. <a href=/signin>Sign in</a></p>' : '<p>Welcome, <b id=user>' . html($user) . '</b>. </p>')
            . '<p>In the basket: <b id=basket>' . count($_SESSION['basket']) . "</b></p><ul>$list</ul>"
            . '<p><form method=post action=/add><button>Put one in</button></form> '
            . '<form method=post action=/signout><button>Sign out everywhere</button></form></p>'
            . "<p>The same session:</p><ul>$links</ul>");

    default:
        refuse(404, 'There is no such page.');
}
