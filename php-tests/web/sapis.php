#!/usr/bin/env php
<?php
// The other ways of running PHP: a php-cgi process per request, and PHP's own web server with
// several workers.

declare(strict_types=1);

require __DIR__ . '/lib.php';

/** Starts a CGI request as a web server would; returns its process and output. */
function cgi(string $ini, string $page, ?string $sid): array
{
    $script = __DIR__ . "/pages/$page";
    $process = proc_open([setting('PHP_CGI'), '-n', '-c', $ini], [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', folder() . '/cgi.log', 'a']], $pipes, null, [
        'GATEWAY_INTERFACE' => 'CGI/1.1',
        'REDIRECT_STATUS' => '200',
        'REQUEST_METHOD' => 'GET',
        'QUERY_STRING' => '',
        'SCRIPT_FILENAME' => $script,
        'SCRIPT_NAME' => "/$page",
        'HTTP_COOKIE' => $sid === null ? '' : "PHPSESSID=$sid",
    ]);
    return [$process, $pipes[1]];
}

test('40 php-cgi processes at a time count one session exactly', function (): void {
    if (setting('PHP_CGI') === '') {
        throw new Skipped('this PHP has no php-cgi');
    }
    $ini = write_ini('cgi', rustdb_settings());
    $sid = bin2hex(random_bytes(16));
    $processes = array_map(fn() => cgi($ini, 'count.php', $sid), range(1, 40));
    $counts = [];
    foreach ($processes as [$process, $output]) {
        [$head, $body] = explode("\r\n\r\n", stream_get_contents($output) . "\r\n\r\n", 2);
        equal(0, proc_close($process), "the exit status of a php-cgi: $head $body");
        ensure(!str_contains($head, 'Status:'), "a request failed: $head $body");
        $counts[] = json_decode(trim($body), true)['n'];
    }
    sort($counts);
    equal(range(1, 40), $counts, 'what the answers counted');
});

test("PHP's own web server with four workers counts one session exactly", function (): void {
    $address = '127.0.0.1:' . free_port();
    $ini = write_ini('built-in', rustdb_settings());
    $server = new Program('built-in', [setting('PHP'), '-n', '-c', $ini, '-S', $address, '-t', __DIR__ . '/pages'], ['PHP_CLI_SERVER_WORKERS' => '4']);
    wait_until(fn() => @stream_socket_client("tcp://$address", timeout: 1), 10, 'the server listens');
    $http = new Http("http://$address");
    $sid = $http->get('/count.php?add=0')->sid;
    ensure($sid !== null, 'no session: ' . $server->logged());
    $answers = $http->all(array_fill(0, 40, ['/count.php', $sid]), 40);
    all_acknowledged($answers);
    $counts = array_map(fn(Answer $answer) => $answer->value('n'), $answers);
    sort($counts);
    equal(range(1, 40), $counts, 'what the answers counted');
    // A Ctrl-C goes to the workers too; the server only waits for them.
    posix_kill(-$server->pid, SIGINT);
    wait_until(fn() => $server->ended() !== null, 5, 'the server ends');
    equal(0, $server->ended(), 'its exit status');
});

no_worker_crashed();
