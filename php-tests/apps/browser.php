<?php
// The browser's part of a test: the Python program of the same name, which prints `ok NAME` or `not ok NAME: why` for every check,
// too (browser.py). Not a test itself, hence not executable.

declare(strict_types=1);

/** Runs it, which prints its checks as they are done. */
function visit(string $url, array $environment = []): void
{
    $script = __DIR__ . '/' . basename($_SERVER['SCRIPT_FILENAME'], '.php') . '.py';
    $logs = setting('RUSTDB_TEST_DIR') . '/logs';
    $browser = proc_open(
        [setting('RUSTDB_APPS') . '/browser/bin/python', '-B', $script, $url],
        [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', "$logs/browser.log", 'a']],
        $pipes,
        folder(),
        $environment + ['PICTURES' => $logs, 'HOME' => folder(), 'TMPDIR' => folder()] + getenv(),
    );
    while (($line = fgets($pipes[1])) !== false) {
        echo $line;
        Teardown::$failed = Teardown::$failed || str_starts_with($line, 'not ok ');
    }
    $status = proc_close($browser);
    test('the browser\'s part runs to its end', function () use ($status, $logs): void {
        $said = substr(strtr((string) @file_get_contents("$logs/browser.log"), "\n", ' '), -500);
        equal(0, $status, "exit status (browser.log: $said)");
    });
}
