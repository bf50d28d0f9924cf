<?php
// The pages, one for each thing that the test does.

declare(strict_types=1);

use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Route;

$page = fn(string $content): Response => response("<!DOCTYPE html><title>Shop</title>$content");
/** A form that posts its fields to a page. */
$form = fn(string $path, string $button, string $fields = ''): string => sprintf(
    '<form method="post" action="%s">%s%s<button>%s</button></form>',
    url($path),
    csrf_field(),
    $fields,
    e($button),
);
/** What the page before had to say: it is shown once. */
$messages = fn(): string => implode(array_map(
    fn(string $message): string => '<p class="message">' . e($message) . '</p>',
    [...(array) session('status'), ...(session('errors')?->all() ?? [])],
));
$state = fn(): array => [
    'user' => Auth::user()?->email,
    'remembered' => Auth::viaRemember(),
    'cart' => session('cart', []),
    'wizard' => session('wizard', []),
    'keys' => session('keys', []),
];

Route::get('/', fn(): Response => $page('<main>' . e(json_encode($state())) . '</main>' . $messages()
    . '<ul id="cart">' . implode(array_map(fn(string $article): string => '<li>' . e($article) . '</li>', session('cart', []))) . '</ul>'
    . $form('cart', 'Add to cart', '<input name="article">')
    . (Auth::check() ? '<b id="user">' . e(Auth::user()->email) . '</b>' . $form('logout', 'Sign out') : '<a href="' . url('login') . '">Sign in</a>')));

Route::get('login', fn(): Response => $page($messages() . $form('login', 'Sign in', '<input name="email" value="' . e(old('email', '')) . '">'
    . '<input name="password" type="password"><input name="remember" type="checkbox" value="1">')))->name('login');
Route::post('login', function (Request $request) {
    $credentials = $request->validate(['email' => 'required', 'password' => 'required']);
    if (!Auth::attempt($credentials, $request->boolean('remember'))) {
        return back()->withErrors(['email' => 'Wrong password.'])->withInput($request->only('email'));
    }
    $request->session()->regenerate();
    return redirect()->intended('/');
});
Route::post('logout', function (Request $request) {
    Auth::logout();
    $request->session()->invalidate();
    $request->session()->regenerateToken();
    return redirect('/')->with('status.signed-out', 'Signed out.');
});
// For people who are signed in.
Route::get('account', fn(): Response => $page('<b id="user">' . e(Auth::user()->email) . '</b>'))->middleware('auth');

Route::post('cart', function (Request $request) {
    $request->session()->push('cart', $request->input('article'));
    // Each message has a place of its own, as the cart's entries have.
    return redirect('/')->with('status.' . $request->input('article'), $request->input('article') . ' is in the cart.');
});

// Three steps, each of which has to be right before the next one is shown.
$steps = ['name' => 'required', 'city' => 'required', 'email' => 'required|email'];
Route::get('wizard/{step}', function (string $step) use ($page, $form, $messages, $steps) {
    $missing = array_key_first(array_diff_key($steps, session('wizard', [])));
    if ($step === 'done') {
        return $missing === null ? $page('<main>' . e(json_encode(session('wizard'))) . '</main>' . $messages()) : redirect("wizard/$missing");
    }
    return $page("<h1>$step</h1>" . $messages() . $form("wizard/$step", 'Next', '<input name="value" value="' . e(old('value', '')) . '">'));
});
Route::post('wizard/{step}', function (Request $request, string $step) use ($steps) {
    $right = $request->validate(['value' => $steps[$step]], ['required' => 'Something is missing.', 'email' => 'That is no address.']);
    $request->session()->put("wizard.$step", $right['value']);
    $names = array_keys($steps);
    return redirect('wizard/' . ($names[array_search($step, $names, true) + 1] ?? 'done'))->with('status.step', "$step is noted.");
});

// What scripts in each tab ask again and again, or tell.
Route::get('poll', fn() => response()->json(['user' => Auth::user()?->email]));
Route::get('keep/{key}', function (Request $request, string $key) {
    $request->session()->put("keys.$key", 1);
    return response()->json(array_keys(session('keys')));
});
// Stores the session on its way, and is not through then.
Route::get('twice/{key}', function (Request $request, string $key) {
    $request->session()->put("keys.$key-first", 1);
    $request->session()->save();
    $request->session()->put("keys.$key-second", 1);
    throw_if($request->boolean('fail'), new RuntimeException('This page fails as it is told to.'));
    return response()->json(array_keys(session('keys')));
});
Route::get('migrate/{destroy}', fn(Request $request, string $destroy) => response()->json($request->session()->migrate($destroy === 'destroy')));

// What the benchmark asks: a session of 1 KiB; then work for so many microseconds and a key of one's own, or the keys that are stored.
Route::get('begin', function (Request $request) {
    $request->session()->put('n', str_repeat('x', 800));
    return response('');
});
$work = function (Request $request) {
    abort_unless($request->session()->has('n'), 500);
    if ($request->has('key')) {
        usleep((int) $request->query('work'));
        $request->session()->put($request->query('key'), 1);
    }
    return response(implode(' ', array_keys($request->session()->all())));
};
Route::get('work', $work);
Route::get('blocked', $work)->block();
