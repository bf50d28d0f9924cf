<?php
// The first page: signing in and out.
declare(strict_types=1);
require __DIR__ . '/../app.php';

if (posted()) {
    switch (text('action')) {
        case 'sign-in':
            if (member() !== null || sign_in(text('name'), text('password'), text('keep') === '1')) {
                go_to('/');
            }
            // One text for both: it must not tell which names there are.
            http_response_code(422);
            $_SESSION['notice'] = 'Name or password is wrong.';
            break;

        case 'sign-out':
            sign_out();
            go_to('/');

        default:
            refuse(400, 'There is no such action.');
    }
}

if (member() !== null) {
    page('Welcome, ' . member(), function (): void { ?>
<p>You may look at <a href="/devices.php">where you are signed in</a>, change <a href="/password.php">your password</a>, and, if you are an
  administrator, see <a href="/admin.php">who is here</a>.</p>
<?php });
    exit;
}

page('Sign in', function (): void { ?>
<form method="post" action="/" class="fields">
  <input type="hidden" name="token" value="<?= html($_SESSION['token']) ?>">
  <input type="hidden" name="action" value="sign-in">
  <label>Name <input name="name" value="<?= html(text('name')) ?>" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <label class="box"><input type="checkbox" name="keep" value="1"> Keep me signed in on this device</label>
  <button>Sign in</button>
</form>
<?php });
