<?php
// The page of a window. It is given $window (whatever the address said), $session (null where there is none), and $why
// with that.
declare(strict_types=1);

$server = getenv('RUSTDB_DEMO_SERVER');
$other = $server === 'A' ? 'B' : 'A';
$name = is_string($window) ? $window : '';
$html = fn(string|int $text): string => htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
$title = $session === null ? 'Not possible' : "Lunch order of $name";
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><?= $html($title) ?></title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1><?= $html($title) ?></h1>
<?php if ($session === null): ?>
<p role="alert" id="why"><?= $html($why) ?></p>
<?php else: ?>
<form method="post" action="/?window=<?= $html($name) ?>">
  <input type="hidden" name="token" value="<?= $html($session['token']) ?>">
  <input type="hidden" name="action" value="add">
  <table>
    <thead><tr><th scope="col">Dish</th><th scope="col">Ordered</th><th scope="col"><span class="unseen">Order one more</span></th></tr></thead>
    <tbody>
<?php foreach (DISHES as $dish => $called): ?>
      <tr>
        <th scope="row"><?= $html($called) ?></th>
        <td><output id="<?= $html($dish) ?>"><?= $session['order'][$dish] ?? 0 ?></output></td>
        <td><button name="dish" value="<?= $html($dish) ?>" aria-label="Order <?= $html($called) ?>">+</button></td>
      </tr>
<?php endforeach ?>
    </tbody>
  </table>
</form>
<div class="buttons">
  <form method="post" action="/?window=<?= $html($name) ?>" target="_blank">
    <input type="hidden" name="token" value="<?= $html($session['token']) ?>">
    <button name="action" value="copy">New window</button>
  </form>
  <form method="post" action="/?window=<?= $html($name) ?>">
    <input type="hidden" name="token" value="<?= $html($session['token']) ?>">
    <button name="action" value="close">Close this order</button>
  </form>
</div>
<p>A new window begins with a copy of this order. From then on both go their own way.</p>
<p>Answered by server <?= $html($server) ?>, from session <code><?= $html(substr(session_id(), 0, 8)) ?>…</code>.
  <a href="<?= $html(getenv("RUSTDB_DEMO_URL_$other") . "/?window=$name") ?>">The same window from server <?= $html($other) ?></a></p>
<?php endif ?>
</main>
<?php $all = array_unique([...($session === null ? [] : [$name]), ...open_windows()]); natsort($all) ?>
<nav aria-label="Your windows">
  <ul>
<?php foreach ($all as $each): ?>
    <li><a href="/?window=<?= $html($each) ?>"<?= $each === $name ? ' aria-current="page"' : '' ?>><?= $html($each) ?></a></li>
<?php endforeach ?>
<?php if ($all === []): ?>
    <li><a href="/">menu0</a></li>
<?php endif ?>
  </ul>
</nav>
</body>
</html>
