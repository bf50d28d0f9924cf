#!/usr/bin/env php
<?php
// phpMyAdmin under rustdb.lock=merge, in many tabs at once: signing in, queries, preferences, and signing out, over two
// servers. Of its configuration storage it has the history's table only, without which it shows none: what it would store
// in the other tables is in the session, and so is the history.

declare(strict_types=1);

require __DIR__ . '/tabs.php';
require __DIR__ . '/set_up.php';

set_up_phpmyadmin();
file_put_contents('/etc/phpmyadmin/conf.d/tabs.php', <<<'CONF'
    <?php
    $cfg['Servers'][1] += ['pmadb' => 'browsed', 'history' => 'pma__history'];
    $cfg['QueryHistoryDB'] = false;
    CONF);
$tables = ['apples', 'bananas', 'cherries', 'dates', 'elders', 'figs'];
admin()->query('DROP DATABASE IF EXISTS browsed');
admin()->query('CREATE DATABASE browsed');
preg_match('/CREATE TABLE [^;]*`pma__history`[^;]*;/', file_get_contents('/usr/share/phpmyadmin/sql/create_tables.sql'), $history);
admin()->query(str_replace('`pma__history`', 'browsed.pma__history', $history[0]));
foreach ($tables as $table) {
    admin()->query("CREATE TABLE browsed.$table (n INT PRIMARY KEY)");
    admin()->query("INSERT INTO browsed.$table VALUES (1), (2)");
}
$phpmyadmin = merging(...PHPMYADMIN);
$visitor = new Visitor($phpmyadmin);

$at = fn(string $route, string $query = ''): string => "/index.php?route=$route$query";
/** What a page's script sends. */
$post = fn(string $route, string $token, array $fields): array => [
    "/index.php?route=$route",
    ['ajax_request' => 'true', 'server' => '1', 'token' => $token] + $fields,
];
$tabs = fn(int $count): array => array_fill(0, $count, [$at('/server/databases')]);
$signed_in = fn(Page $page) => shows('route=/logout', $page);
$token = fn(): string => preg_match('/token:"([^"]+)"/', $visitor->open($at('/server/databases'))->body, $found)
    ? json_decode("\"$found[1]\"") : throw new Failed('the page has no token');
$succeeded = function (Page $page): array {
    $answer = json_decode($page->body, true);
    ensure(($answer['success'] ?? false) === true, "$page->address: " . substr(strip_tags($answer['error'] ?? $page->body), 0, 300));
    return $answer;
};

test('somebody signs in, and is signed in in ten tabs that open at once', function () use ($visitor, $at, $tabs, $signed_in): void {
    $form = $visitor->open($at('/'));
    $before = $visitor->cookies['phpMyAdmin'];
    $fields = ['set_session' => field($form, 'set_session'), 'token' => field($form, 'token'), 'server' => '1'];
    $visitor->open($at('/'), $fields + [
        'pma_username' => setting('RUSTDB_TEST_ADMIN_USER'),
        'pma_password' => setting('RUSTDB_TEST_ADMIN_PASSWORD'),
    ]);
    ensure($visitor->cookies['phpMyAdmin'] !== $before, 'the session has its id from before');
    array_map($signed_in, $visitor->together($tabs(10)));
});

test('queries that are sent at once in six tabs are answered, and all are in the history', function () use ($visitor, $at, $post, $token, $succeeded, $tables): void {
    $token = $token();
    $queries = array_map(fn(string $table): string => "SELECT '$table' AS which, SUM(n) FROM $table", $tables);
    $answers = $visitor->together(array_map(
        fn(string $query): array => $post('/sql', $token, ['db' => 'browsed', 'sql_query' => $query]),
        $queries,
    ));
    foreach ($answers as $i => $answer) {
        ensure(str_contains($succeeded($answer)['message'], ">$tables[$i]<"), 'no result of ' . $queries[$i]);
    }
    $page = html_entity_decode($visitor->open($at('/server/sql'))->body, ENT_QUOTES);
    foreach ($queries as $query) {
        ensure(str_contains($page, $query), "not in the history: $query");
    }
});

test('preferences that are set at once in four tabs are all kept', function () use ($visitor, $post, $token, $succeeded): void {
    $token = $token();
    $set = ['MaxRows' => 11, 'LimitChars' => 22, 'NavigationWidth' => 321, 'RepeatCells' => 44];
    $answers = $visitor->together(array_map(
        fn(string $key): array => $post('/config/set', $token, ['key' => $key, 'value' => (string) $set[$key]]),
        array_keys($set),
    ), over_a_second: true);
    array_map($succeeded, $answers);
    foreach ($set as $key => $value) {
        $answer = $succeeded($visitor->together([$post('/config/get', $token, ['key' => $key])])[0]);
        equal($value, $answer['value'], $key);
    }
    $conflicts = array_keys(conflicts());
    ensure(in_array('userconfig[ts]', $conflicts, true), 'no conflict in when they were set: ' . json_encode($conflicts));
});

test('tables that are browsed at once keep how each was browsed', function () use ($visitor, $at, $post, $token, $succeeded, $tables): void {
    $token = $token();
    $browse = fn(string $table, array $more): array => $post('/sql', $token, ['db' => 'browsed', 'table' => $table, 'pos' => '0'] + $more);
    $answers = $visitor->together(array_map(
        fn(string $table): array => $browse($table, ['sql_query' => "SELECT * FROM `$table`", 'session_max_rows' => '1', 'pftext' => 'F']),
        $tables,
    ));
    array_map($succeeded, $answers);
    array_map($succeeded, $visitor->together([
        ...array_map(fn(string $table): array => [$at('/table/structure', "&db=browsed&table=$table&ajax_request=true")], $tables),
        [$at('/navigation', '&ajax_request=true')],
    ]));
    $answer = $succeeded($visitor->together([$browse('figs', ['sql_query' => 'SELECT * FROM `figs`'])])[0]);
    ensure(str_contains($answer['message'], 'Showing rows 0 -  0 (2 total'), 'figs is not browsed by one row: ' . strstr(strip_tags($answer['message']), 'Showing'));
});

test('a form of a tab that was open before is still valid', function () use ($visitor, $at, $post, $token, $succeeded, $tabs): void {
    $token = $token();
    $visitor->together($tabs(8));
    $answer = $visitor->together([$post('/sql', $token, ['db' => 'browsed', 'sql_query' => 'SELECT 6 * 7 AS answer']), ...$tabs(3)])[0];
    ensure(str_contains($succeeded($answer)['message'], '>42<'), 'there is no answer');
});

test('signed out in all tabs, though others work meanwhile', function () use ($visitor, $at, $post, $token, $tabs, $signed_in, $tables): void {
    $token = $token();
    $cookies = $visitor->cookies;
    $visitor->together([
        ["/index.php?route=/logout", ['token' => $token]],
        ...array_map(fn(string $table): array => $post('/sql', $token, ['db' => 'browsed', 'sql_query' => "SELECT 1 FROM $table"]), $tables),
        ...$tabs(3),
    ]);
    // As well with all cookies of the time before, as somebody has them who took them.
    foreach ([$visitor->cookies, $cookies] as $visitor->cookies) {
        foreach ($visitor->together($tabs(6)) as $page) {
            shows('pma_password', $page);
        }
    }
});

$known = ['userconfig\[ts\]', 'browser_access_time\[default\]', 'tmpval\[recentTables\]\[1\](\[\d\](\[(db|table)\])?)?'];
merged_well($phpmyadmin, $visitor, $known, TOO_LATE);
