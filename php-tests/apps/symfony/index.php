<?php
// A small Symfony application, of the parts that a large one has for its sessions as well: the kernel with its session
// listener, NativeSessionStorage with attributes, flash messages and metadata, and the CSRF tokens. One page for each
// thing that the test does.

declare(strict_types=1);

use Psr\Container\ContainerInterface;
use Symfony\Component\EventDispatcher\EventDispatcher;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\RedirectResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\RequestStack;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\Session\SessionFactory;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorageFactory;
use Symfony\Component\HttpKernel\Controller\ArgumentResolver;
use Symfony\Component\HttpKernel\Controller\ControllerResolver;
use Symfony\Component\HttpKernel\EventListener\SessionListener;
use Symfony\Component\HttpKernel\Exception\AccessDeniedHttpException;
use Symfony\Component\HttpKernel\HttpKernel;
use Symfony\Component\HttpKernel\KernelEvents;
use Symfony\Component\Security\Csrf\CsrfToken;
use Symfony\Component\Security\Csrf\CsrfTokenManager;
use Symfony\Component\Security\Csrf\TokenStorage\SessionTokenStorage;

foreach (['HttpKernel', 'Security/Csrf'] as $component) {
    require "/usr/share/php/Symfony/Component/$component/autoload.php";
}

$stack = new RequestStack();
$tokens = new CsrfTokenManager(storage: new SessionTokenStorage($stack));

/** A form that posts its fields to a page, with the token of that name. */
$form = fn(string $page, string $token, string $fields = ''): string => sprintf(
    '<form method="post" action="/index.php/%s"><input name="token" value="%s">%s</form>',
    $page,
    htmlspecialchars($tokens->getToken($token)->getValue()),
    $fields,
);
$check = function (Request $request, string $token) use ($tokens): void {
    if (!$tokens->isTokenValid(new CsrfToken($token, (string) $request->request->get('token')))) {
        throw new AccessDeniedHttpException("The token '$token' is not valid.");
    }
};
$page = fn(string $content): Response => new Response("<!DOCTYPE html><title>Shop</title>$content");
$home = new RedirectResponse('/index.php/home');

$pages = [
    'login' => function (Request $request) use ($form, $check, $page, $home): Response {
        if (!$request->isMethod('POST')) {
            return $page($form('login', 'authenticate', '<input name="user">'));
        }
        $check($request, 'authenticate');
        // Here, because who comes with the old id after it has an empty session, and Symfony takes the cookie of such a visitor
        // away: under any save handler.
        rustdb_tests_together();
        // What its security component does when somebody signs in.
        $request->getSession()->migrate(true);
        $request->getSession()->set('user', $request->request->get('user'));
        return $home;
    },
    'logout' => function (Request $request) use ($check): Response {
        $check($request, 'logout');
        rustdb_tests_together();
        $request->getSession()->invalidate();
        return new RedirectResponse('/index.php/login');
    },
    // Shows who is signed in, what is kept, and the messages, which are then gone.
    'home' => function (Request $request) use ($form, $page): Response {
        $session = $request->getSession();
        $text = json_encode(['user' => $session->get('user'), 'settings' => $session->get('settings'), 'cart' => $session->get('cart')]);
        $messages = implode(array_map(fn(string $message): string => "<p>$message</p>", $session->getFlashBag()->get('notice')));
        return $page("<main>$text</main>$messages" . $form('logout', 'logout'));
    },
    // A form of its own for each setting, with a token of its own.
    'setting' => function (Request $request) use ($form, $check, $page, $home): Response {
        $name = (string) $request->query->get('name');
        if (!$request->isMethod('POST')) {
            return $page($form("setting?name=$name", "setting_$name", '<input name="value">'));
        }
        $check($request, "setting_$name");
        $session = $request->getSession();
        $session->set('settings', [$name => $request->request->get('value')] + $session->get('settings', []));
        $session->getFlashBag()->add('notice', "$name is saved.");
        return $home;
    },
    'cart' => function (Request $request): Response {
        $session = $request->getSession();
        $session->set('cart', [...$session->get('cart', []), ['article' => $request->query->get('article'), 'pieces' => 1]]);
        return new JsonResponse(count($session->get('cart')));
    },
    // What a script in each tab asks again and again.
    'poll' => fn(Request $request): Response => new JsonResponse(['user' => $request->getSession()->get('user')]),
];

$container = new class ($stack) implements ContainerInterface {
    public function __construct(private readonly RequestStack $stack) {}

    public function get(string $id)
    {
        return new SessionFactory($this->stack, new NativeSessionStorageFactory());
    }

    public function has(string $id): bool
    {
        return $id === 'session_factory';
    }
};
$events = new EventDispatcher();
$events->addSubscriber(new SessionListener($container));
// Before its session listener stores the session.
$events->addListener(KernelEvents::RESPONSE, fn() => rustdb_tests_together(), -999);
$events->addListener(KernelEvents::EXCEPTION, function ($event): void {
    $denied = $event->getThrowable() instanceof AccessDeniedHttpException;
    $event->setResponse(new Response($event->getThrowable()->getMessage(), $denied ? 403 : 500));
});

$request = Request::createFromGlobals();
$request->attributes->set('_controller', $pages[trim($request->getPathInfo(), '/')] ?? fn(): Response => new Response('', 404));
$kernel = new HttpKernel($events, new ControllerResolver(), $stack, new ArgumentResolver());
$response = $kernel->handle($request);
$response->send();
$kernel->terminate($request, $response);
