#!/usr/bin/env php
<?php
// Upload progress: PHP writes it to the session while the file still comes in.

declare(strict_types=1);

require __DIR__ . '/lib.php';

$site = new Site(workers: 4, ini: [
    'session.upload_progress.enabled' => '1', // Off by default in some builds.
    'session.upload_progress.freq' => '1%',
    'session.upload_progress.min_freq' => '0',
]);
$http = $site->http;

/** A multipart upload of which the test sends as much as it likes, as a browser on a slow line would. */
final class SlowUpload
{
    /** @var resource */
    private $connection;
    private readonly string $tail;

    public function __construct(string $path, string $sid, array $fields, private int $size)
    {
        $boundary = 'b' . bin2hex(random_bytes(8));
        $head = '';
        foreach ($fields as $name => $value) {
            $head .= "--$boundary\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
        }
        $head .= "--$boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        $this->tail = "\r\n--$boundary--\r\n";
        $length = strlen($head) + $size + strlen($this->tail);
        $this->connection = stream_socket_client('unix://' . folder() . '/nginx.sock');
        stream_set_timeout($this->connection, 20);
        fwrite($this->connection, "POST $path HTTP/1.0\r\nHost: localhost\r\nCookie: PHPSESSID=$sid\r\n"
            . "Content-Type: multipart/form-data; boundary=$boundary\r\nContent-Length: $length\r\n\r\n$head");
    }

    public function send(int $bytes): void
    {
        $this->size -= $bytes;
        fwrite($this->connection, str_repeat('x', $bytes));
    }

    /** Sends the rest and returns the page's answer. */
    public function finish(): array
    {
        $this->send($this->size);
        fwrite($this->connection, $this->tail);
        [$head, $body] = explode("\r\n\r\n", stream_get_contents($this->connection) . "\r\n\r\n", 2);
        ensure(str_contains(strtok($head, "\r\n"), ' 200 '), "the upload: $head $body");
        return json_decode(trim($body), true);
    }
}

foreach (['a', 'b'] as $server) {
    test("on $server, another request sees the progress of an upload, and the session is intact afterwards", function () use ($server, $site, $http): void {
        $sid = $site->new_session();
        all_acknowledged([$http->get('/both/count.php', $sid)]);

        $upload = new SlowUpload("/$server/upload.php", $sid, ['PHP_SESSION_UPLOAD_PROGRESS' => 'mine'], 400_000);
        $upload->send(100_000);
        $seen = fn(int $least) => $http->until(function () use ($http, $sid, $least): ?array {
            $reader = $http->get('/both/read.php', $sid);
            all_acknowledged([$reader]);
            $progress = json_decode($reader->body, true)['upload_progress_mine'] ?? null;
            return $progress && $progress['bytes_processed'] >= $least ? $progress : null;
        }, 10, "another request sees $least bytes");
        $first = $seen(50_000);
        ensure(!$first['done'] && $first['bytes_processed'] < 200_000, 'the upload is said to be further than it is');
        $upload->send(200_000);
        $seen(250_000);
        // Others go on counting meanwhile: the upload holds the session only for moments.
        equal(2, $http->get('/both/count.php', $sid)->value('n'), 'a request during the upload counted');

        $page = $upload->finish();
        equal(400_000, $page['size'], 'the size of the file');
        equal(3, $page['n'], 'the page counted');
        equal(3, $site->stored($sid), 'the stored counter');
        equal(['n'], $site->stored($sid, 'session'), 'the session without the progress');
    });
}

no_worker_crashed();
