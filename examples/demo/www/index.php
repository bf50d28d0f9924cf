<?php
// The page. It only reads the session, without its lock, so that it loads while another request holds it.
declare(strict_types=1);
require __DIR__ . '/session.php';

$here = this_server();
$urls = servers();

// Cookies belong to a host name: on "localhost" the browser would hold another session than on the printed address.
if ("http://{$_SERVER['HTTP_HOST']}" !== $urls[$here]) {
    header("Location: {$urls[$here]}/", true, 302);
    exit;
}

header("Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
    . 'connect-src ' . implode(' ', $urls) . "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
header('Cache-Control: no-store');
header('X-Content-Type-Options: nosniff');
header('Referrer-Policy: no-referrer');

$error = '';
try {
    if (isset($_COOKIE[session_name()])) {
        start_session(['read_and_close' => true]);
    }
} catch (Throwable $e) {
    http_response_code(503);
    $error = $e->getMessage();
}
$session = shown_session();

function e(string|int $text): string
{
    return htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE);
}

function server_name(string $name): string
{
    return sprintf('<span class="server %s">Server %s</span>', e(strtolower($name)), e($name));
}

$unknown = $error !== '';
$count = $unknown ? '–' : $session['count'] ?? 0;
$id = $unknown ? 'not known' : ($session === null ? 'no session yet' : "{$session['id']}…");
// The page's script rewrites the time for the visitor's clock; it takes a datetime as the sign that there is a session.
$made = $session === null ? '–' : gmdate('H:i:s', $session['made']) . ' UTC';
$datetime = $session === null ? '' : sprintf(' datetime="%s"', e(gmdate('c', $session['made'])));
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>rustdb demo: one session, two servers</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script src="page.js" type="module"></script>
</head>
<body data-here="<?= e($here) ?>" data-url-a="<?= e($urls['A']) ?>" data-url-b="<?= e($urls['B']) ?>">
<header>
  <h1>One session, two servers</h1>
  <p>Two PHP servers keep this session in one MySQL or MariaDB table
    (<code>session.save_handler=<?= e(ini_get('session.save_handler')) ?></code>).
    While one request holds the session's row lock, the others wait in the database.</p>
</header>

<noscript><p class="notice">The buttons need JavaScript.</p></noscript>
<p class="notice" id="error" <?= $error === '' ? 'hidden' : '' ?>><?= e($error) ?></p>

<main>
  <section class="card session" aria-labelledby="session-title">
    <h2 id="session-title">The session</h2>
    <div class="counter">
      <output id="count"><?= e($count) ?></output>
      <span>counted</span>
    </div>
    <dl>
      <div><dt>Session id</dt><dd><code id="id"><?= e($id) ?></code></dd></div>
      <div><dt>Signed in</dt><dd id="user"><?= e($session['user'] ?? 'nobody') ?></dd></div>
      <div><dt>Made</dt><dd><time id="made"<?= $datetime ?>><?= e($made) ?></time></dd></div>
      <div><dt>Last answer from</dt><dd id="server"><?= server_name($here) ?></dd></div>
      <div><dt>Waited for the lock</dt><dd id="waited">no lock taken</dd></div>
    </dl>
    <div class="buttons">
      <button type="button" data-server="<?= e($here) ?>" data-action="regenerate">Regenerate id</button>
      <button type="button" data-server="<?= e($here) ?>" data-action="logout">Log out</button>
      <button type="button" class="wide" data-server="<?= e($here) ?>" data-action="sign_in">
        Sign in while a poll is waiting <small>server <?= e($here) ?> signs in for <?= e(SIGN_IN_SECONDS) ?>&nbsp;s, a poll waits on server <?= e($here === 'A' ? 'B' : 'A') ?></small>
      </button>
    </div>
  </section>

<?php foreach ($urls as $name => $url): ?>
  <section class="card <?= e(strtolower($name)) ?>" aria-labelledby="title-<?= e($name) ?>">
    <h2 id="title-<?= e($name) ?>"><?= server_name($name) ?></h2>
    <p class="address">
      <?= e(substr($url, 7)) ?><br>
      <?php if ($name === $here): ?>this page<?php else: ?><a href="<?= e($url) ?>/">open its page</a><?php endif ?>

    </p>
    <div class="buttons">
      <button type="button" class="main" data-server="<?= e($name) ?>" data-action="count">Count on server <?= e($name) ?></button>
      <button type="button" data-server="<?= e($name) ?>" data-action="slow">
        Count slowly <small>holds the lock for <?= e(SLOW_SECONDS) ?>&nbsp;s</small>
      </button>
      <button type="button" data-server="<?= e($name) ?>" data-action="read">
        Only read <small>no lock: read_and_close</small>
      </button>
    </div>
  </section>
<?php endforeach ?>

  <section class="card ten" aria-labelledby="ten-title">
    <h2 id="ten-title">Ten requests of one page</h2>
    <p>The browser sends them at once, five to each server. Each works for <?= e(TEN_WORK_MS) ?>&nbsp;ms and sets a key of its own in
      <code>$_SESSION</code>: first with row locks, then under <code>rustdb.lock=merge</code>.</p>
    <div class="buttons">
      <button type="button" data-server="<?= e($here) ?>" data-action="ten">Ten requests at once</button>
    </div>
    <ul class="legend" aria-hidden="true">
      <li><i class="waits"></i> waits for the session</li>
      <li><i class="holds"></i> works</li>
      <li><i class="stores"></i> stores</li>
    </ul>
    <div id="ten"></div>
  </section>

  <section class="card log" aria-labelledby="log-title">
    <h2 id="log-title">What happened</h2>
    <ul class="legend" aria-hidden="true">
      <li><i class="waits"></i> waits for the lock</li>
      <li><i class="holds"></i> holds the lock</li>
      <li><i class="reads"></i> reads without it</li>
    </ul>
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th><th scope="col">Server</th><th scope="col">Action</th>
          <th scope="col">Lock</th><th scope="col">Result</th><th scope="col" class="bar">last 12 seconds</th>
        </tr>
      </thead>
      <tbody id="log"></tbody>
    </table>
    <div id="hint">
      <p>Try this:</p>
      <ol>
        <li>Count on one server, then on the other: it is one counter.</li>
        <li>Count slowly on server A and count on server B at once. B waits until A is done, and no count is lost.</li>
        <li>Only read meanwhile: the answer comes at once, with the last count that was stored.</li>
        <li>Sign in while a poll is waiting. The sign-in gives the session another id; the poll, which came with the old one, sees the session
          as it was before and gets no cookie, so you are signed in afterwards.</li>
        <li>Ten requests at once: with row locks they run one after the other; merged, all at once, and every key is kept.</li>
      </ol>
    </div>
  </section>
</main>
<p id="status" class="unseen" role="status"></p>
</body>
</html>
