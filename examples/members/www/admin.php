<?php
// Who is here, and how many there were in each of the last 24 hours: tables.sql and record.sql have the SQL.
declare(strict_types=1);
require __DIR__ . '/../app.php';
need_member();

// Asked each time: the right may have been taken away since the sign-in.
if ((query('SELECT admin FROM members WHERE name = ?', member())[0]['admin'] ?? 0) !== 1) {
    refuse(403, 'This page is for administrators.');
}
// What is left to do is slow where there are many sessions, and needs none: nobody has to wait for this one.
page('Who is here', function (): void {
    session_write_close();
    database()->query(file_get_contents(__DIR__ . '/../record.sql'));
    [$now] = query('SELECT * FROM member_now');
    $last = query('SELECT UNIX_TIMESTAMP() DIV 3600 * 3600 AS hour')[0]['hour'];
    $hours = array_column(query('SELECT * FROM member_hours WHERE hour > ?', $last - 24 * 3600), null, 'hour');
    $day = [];
    for ($hour = $last - 23 * 3600; $hour <= $last; $hour += 3600) {
        $day[$hour] = $hours[$hour] ?? ['visitors' => 0, 'signed_in' => 0, 'once' => 0];
    } ?>
<dl class="numbers">
  <div><dt>visitors now</dt><dd id="visitors"><?= html($now['visitors']) ?></dd></div>
  <div><dt>of these signed in</dt><dd id="signed-in"><?= html($now['signed_in']) ?></dd></div>
  <div><dt>members</dt><dd id="members"><?= html($now['members']) ?></dd></div>
  <div><dt>came once</dt><dd id="once"><?= html($now['once']) ?></dd></div>
</dl>
<p>Visitors are sessions that were used in the last five minutes. One-request visitors, which are crawlers mostly, are none.</p>
<?php
    plot('Most visitors at once, by hour (UTC); full colour: signed in', $day, ['visitors', 'signed_in']);
    plot('One-request visitors at once, by hour (UTC)', $day, ['once']); ?>
<details>
  <summary>The numbers</summary>
  <table>
    <thead><tr><th scope="col">Hour (UTC)</th><th scope="col">Visitors</th><th scope="col">Signed in</th><th scope="col">One request</th></tr></thead>
    <tbody>
<?php foreach ($day as $hour => $most): ?>
      <tr><th scope="row"><?= gmdate('j F, H:i', $hour) ?></th><td><?= html($most['visitors']) ?></td><td><?= html($most['signed_in']) ?></td><td><?= html($most['once']) ?></td></tr>
<?php endforeach ?>
    </tbody>
  </table>
</details>
<?php });

/**
 * Bars by hour, one behind the other where there are several.
 *
 * @param array<int, array<string, int>> $day hour => its numbers
 * @param list<string> $names which of them, the highest first
 */
function plot(string $title, array $day, array $names): void
{
    $highest = max(1, ...array_column($day, $names[0]));
    $at = 0;
    echo '<figure><figcaption>', html($title), '</figcaption><svg viewBox="0 0 744 150" role="img" aria-label="', html($title), '">',
        '<line class="top" x1="0" x2="720" y1="10" y2="10"/><text class="scale" x="724" y="14">', $highest, '</text>';
    foreach ($day as $hour => $numbers) {
        foreach ($names as $name) {
            $height = round(120 * $numbers[$name] / $highest, 1);
            printf('<rect class="%s" x="%d" y="%s" width="24" height="%s"><title>%s: %d</title></rect>',
                $name, $at + 3, 130 - $height, $height, gmdate('H:i', $hour), $numbers[$name]);
        }
        if (gmdate('G', $hour) % 3 === 0) {
            printf('<text x="%d" y="146">%s</text>', $at + 15, gmdate('H', $hour));
        }
        $at += 30;
    }
    echo '<line x1="0" x2="720" y1="130" y2="130"/></svg></figure>', "\n";
}
