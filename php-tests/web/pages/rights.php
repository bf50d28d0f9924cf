<?php
// Tickets and labels: `issue` a ticket of the session or `redeem` one, give the session the label `label`, `revoke` one; what
// came of it is `result`. With `gate` it holds the session until the test opens that, and then counts.

require __DIR__ . '/common.php';

try {
    if (isset($_GET['redeem'])) {
        $waited = 0;
        answer(200, ['result' => Rustdb\redeem_ticket($_GET['redeem'])]);
    }
    if (isset($_GET['revoke'])) {
        $waited = 0;
        answer(200, ['result' => Rustdb\revoke($_GET['revoke'])]);
    }
    begin();
    $result = isset($_GET['issue']) ? Rustdb\issue_ticket() : null;
    if (isset($_GET['label'])) {
        Rustdb\label($_GET['label']);
    }
    if (isset($_GET['gate'])) {
        gate();
    }
    $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
    finish(['result' => $result]);
} catch (Throwable $e) {
    $waited ??= 0;
    answer(500, ['result' => $e->getMessage()]);
}
