<?php
// A new password, which signs out everywhere else.
declare(strict_types=1);
require __DIR__ . '/../app.php';
need_member();

if (posted()) {
    $new = text('new');
    if (strlen($new) < 8 || strlen($new) > 72) { // bcrypt reads no more
        http_response_code(422);
        $_SESSION['notice'] = 'The new password has to have 8 to 72 characters.';
    } elseif (($ended = change_password(text('old'), $new)) === null) {
        http_response_code(422);
        $_SESSION['notice'] = 'The old password is wrong.';
    } else {
        go_to('/password.php', "Your password is changed. Signed out on $ended other " . ($ended === 1 ? 'device.' : 'devices.'));
    }
}

page('Your password', function (): void { ?>
<p>A new password signs you out everywhere but here.</p>
<form method="post" action="/password.php" class="fields">
  <input type="hidden" name="token" value="<?= html($_SESSION['token']) ?>">
  <label>Old password <input name="old" type="password" autocomplete="current-password" required></label>
  <label>New password <input name="new" type="password" autocomplete="new-password" minlength="8" maxlength="72" required></label>
  <button>Change it</button>
</form>
<?php });
