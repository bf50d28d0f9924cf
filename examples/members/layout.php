<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title><?= html($title) ?></title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
  <nav aria-label="Pages">
<?php foreach ($pages as $path => $text): ?>
    <a href="<?= html($path) ?>"<?= $path === strtok($_SERVER['REQUEST_URI'], '?') ? ' aria-current="page"' : '' ?>><?= html($text) ?></a>
<?php endforeach ?>
  </nav>
<?php if (member() !== null): ?>
  <div>Signed in: <b id="member"><?= html(member()) ?></b> <?= button('/', 'Sign out', ['action' => 'sign-out']) ?></div>
<?php endif ?>
</header>
<main>
<h1><?= html($title) ?></h1>
<?php if ($notice !== null): ?>
<p role="status" id="notice"><?= html($notice) ?></p>
<?php endif ?>
<?php $content() ?>
</main>
<footer><p>Answered by server <?= html(getenv('RUSTDB_DEMO_SERVER')) ?></p></footer>
</body>
</html>
