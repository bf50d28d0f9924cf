<?php
// Where the member is signed in, with a button to end each.
declare(strict_types=1);
require __DIR__ . '/../app.php';
need_member();

if (posted()) {
    if (text('action') === 'everywhere') {
        $ended = Rustdb\revoke(member());
        go_to('/devices.php', "Signed out on $ended other " . ($ended === 1 ? 'device.' : 'devices.'));
    }
    // Handles come from a browser: only the member's own count.
    $found = array_filter(devices(), fn(array $device) => $device['handle'] === text('handle'));
    if ($found === []) {
        refuse(404, 'You are not signed in there any more.');
    }
    if (end($found)['current']) {
        sign_out();
        go_to('/');
    }
    Rustdb\revoke_one(text('handle'));
    go_to('/devices.php', 'That device is signed out.');
}

page('Your devices', function (): void {
    $devices = devices(); ?>
<ul class="devices">
<?php foreach ($devices as $device): ?>
  <li>
    <p><b><?= html($device['agent'] !== '' ? $device['agent'] : 'A browser without a name') ?></b><br>
      Signed in <time datetime="<?= gmdate('c', $device['created']) ?>"><?= gmdate('j F, H:i', $device['created']) ?> UTC</time>,
      last seen <time datetime="<?= gmdate('c', $device['seen']) ?>"><?= gmdate('j F, H:i', $device['seen']) ?> UTC</time></p>
<?php if ($device['current']): ?>
    <p id="this">This device</p>
<?php else: ?>
    <?= button('/devices.php', 'Sign out', ['action' => 'one', 'handle' => $device['handle']]) ?>

<?php endif ?>
  </li>
<?php endforeach ?>
</ul>
<?php if (count($devices) > 1): ?>
<?= button('/devices.php', 'Sign out everywhere else', ['action' => 'everywhere']) ?>

<?php endif;
});
