<?php
// The issuing site: the only one that makes sessions, signs in, and hands the session on to the shops.
declare(strict_types=1);

/**
 * The shop's address to come back to, if it is one: its origin stands in the list, character by character, and behind it comes
 * nothing but a path.
 */
function return_address(string $address): string
{
    if (!preg_match('{^(http://[a-z0-9.:-]+)/enter\?to=[A-Za-z0-9%._~-]*$}D', $address, $found)
        || !in_array($found[1], array_diff_key(sites(), ['login' => '']), true)) {
        refuse(400, 'That return address is none of the shops.');
    }
    return $address;
}

function state(string $state): string
{
    return preg_match('/^[0-9a-f]{64}$/D', $state) ? $state : refuse(400, 'The shop has to send a state.');
}

/** The visitor's session, or a new one, which a visitor who has not signed in has as well. */
function own_session(): void
{
    if (!open_session()) {
        session_id('');
        session_start();
        $_SESSION = ['made' => time(), 'user' => null, 'basket' => []];
        set_cookie('session', session_id());
    }
}

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/ticket':
        $return = return_address(text($_GET, 'return'));
        $state = state(text($_GET, 'state'));
        own_session();
        $ticket = Rustdb\issue_ticket(TICKET_SECONDS);
        // Whom the ticket is for: the shop that gets it looks here. Who steals it on its way has another state.
        $_SESSION['tickets'] = array_slice($_SESSION['tickets'] ?? [], -9, null, true)
            + [hash('sha256', $ticket) => [$state, strstr($return, '/enter', true)]];
        redirect("$return&state=$state&ticket=$ticket");

    case '/signin':
        $return = text($_REQUEST, 'return');
        $state = text($_REQUEST, 'state');
        if ($return !== '') {
            return_address($return);
            state($state);
        }
        if ($_SERVER['REQUEST_METHOD'] === 'GET') {
            page('Sign in', '<form method=post action=/signin><input name=user required autofocus placeholder="any name"> '
                . '<input type=hidden name=return value="' . html($return) . '"><input type=hidden name=state value="' . html($state) . '">'
                . '<button>Sign in</button></form>');
        }
        posted_here();
        $user = text($_POST, 'user');
        if (!preg_match('/^\w{1,40}$/uD', $user)) {
            refuse(400, 'A name has 1 to 40 letters and digits.');
        }
        own_session();
        // A new id with every right that is won. The old one is gone: a shop that still has it finds no such session, and
        // asks here for the new one.
        session_regenerate_id(true);
        set_cookie('session', session_id());
        $_SESSION['user'] = $user;
        unset($_SESSION['tickets']);
        redirect($return === '' ? '/' : '/ticket?' . http_build_query(['return' => $return, 'state' => $state]));

    case '/':
        $user = open_session() ? $_SESSION['user'] : null;
        page('Login', $user === null ? '<p>Nobody is signed in. <a href=/signin>Sign in</a></p>'
            : '<p>Signed in: <b id=user>' . html($user) . '</b></p>');

    default:
        refuse(404, 'There is no such page.');
}
