#!/usr/bin/env php
<?php
// A site moves from `files` to rustdb as docs/moving-in.md says, and no visitor is signed out.

declare(strict_types=1);

require __DIR__ . '/lib.php';

mkdir(folder() . '/sessions', 0700);
$admin = admin();
$admin->query('DROP TABLE IF EXISTS t_moved');
Teardown::add(fn() => admin()->query('DROP TABLE IF EXISTS t_moved'));

/** The site's one web server, on this save handler; its directives of rustdb stand there all the time. */
function start_site(string $handler): Program
{
    return fpm('a', rustdb_settings(['rustdb.table' => 't_moved']) + [
        'session.save_handler' => $handler,
        'session.save_path' => folder() . '/sessions',
        'session.use_strict_mode' => '1',
    ], ['a' => []]);
}

/** Runs the import as an administrator would, with the site's php.ini. */
function import(): string
{
    $command = [setting('PHP'), '-n', '-c', folder() . '/a.ini'];
    $extensions = ini_get('extension_dir');
    foreach (['mysqlnd', 'mysqli', 'posix'] as $name) {
        if (is_file("$extensions/$name.so")) {
            array_push($command, '-d', "extension=$name");
        }
    }
    $program = setting('RUSTDB_ROOT') . '/bin/rustdb';
    array_push($command, $program, 'import', 'folder', '--owner=' . posix_geteuid(), folder() . '/sessions');
    $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, null, getenv() + [
        'RUSTDB_PASSWORD' => setting('RUSTDB_TEST_PASSWORD'),
    ]);
    $output = stream_get_contents($pipes[1]);
    equal(0, proc_close($process), "the status of an import that said: $output");
    return $output;
}

$files = start_site('files');
$http = nginx('a');
$visitors = [];

test('a site on files has visitors', function () use ($http, &$visitors): void {
    $first = $http->all(array_fill(0, 40, ['/a/count.php', null]), 8);
    all_acknowledged($first);
    $visitors = array_map(fn(Answer $answer) => $answer->sid, $first);
    equal(40, count(array_unique($visitors)), 'sessions');
});

test('while it runs most of them are brought in', function () use ($http, &$visitors): void {
    equal(1, preg_match('/^ *40 imported$/m', import()), 'a line that says "40 imported"');
    // Meanwhile life goes on: old visitors, and new ones.
    all_acknowledged($http->all(array_map(fn(string $sid) => ['/a/count.php', $sid], array_slice($visitors, 0, 10)), 8));
    foreach ($http->all(array_fill(0, 5, ['/a/count.php?add=2', null]), 8) as $answer) {
        $visitors[] = $answer->sid;
    }
});

test('after the switch everybody is still signed in, with what was there last', function () use ($http, $files, &$visitors): void {
    $files->stop(SIGQUIT);
    import();
    start_site('rustdb');
    $answers = $http->all(array_map(fn(string $sid) => ['/a/count.php', $sid], $visitors), 8);
    all_acknowledged($answers);
    equal($visitors, array_map(fn(Answer $answer) => $answer->sid, $answers), 'the ids');
    $expected = array_merge(array_fill(0, 10, 3), array_fill(0, 30, 2), array_fill(0, 5, 3));
    equal($expected, array_map(fn(Answer $answer) => $answer->value('n'), $answers), 'the counters');
});

test('an import after the switch changes nothing', function () use ($http, &$visitors): void {
    $said = import();
    equal(1, preg_match('/^ *45 left as rustdb has them$/m', $said), "'45 left as rustdb has them' in: $said");
    equal(3, $http->get('/a/read.php', $visitors[0])->value('n'), 'a counter');
});

no_worker_crashed();
