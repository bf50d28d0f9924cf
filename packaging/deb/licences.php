<?php
// Prints the licence texts of crates: lines of `cargo tree --format '{p}|{l}|{r}'` on its input, and as its argument what
// `cargo build --message-format=json` says of them.

declare(strict_types=1);

$sources = [];
foreach (file($argv[1], FILE_IGNORE_NEW_LINES) as $message) {
    $message = json_decode($message, true, flags: JSON_THROW_ON_ERROR);
    if ($message['reason'] === 'compiler-artifact') {
        $folder = dirname($message['manifest_path']);
        $sources[basename($folder)] = $folder;
    }
}
$texts = [];
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $line) {
    [$crate, $license, $repository] = explode('|', $line);
    if (str_contains($crate, '(')) {
        continue; // rustdb itself, and what is in vendor/
    }
    $folder = $sources[str_replace(' v', '-', $crate)] ?? null;
    if ($folder === null) {
        fwrite(STDERR, "deb: the build has not told where $crate is\n");
        exit(1);
    }
    echo "$crate: $license\n  $repository\n";
    foreach (glob("$folder/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE}*", GLOB_BRACE) ?: [] as $file) {
        if (is_file($file)) {
            // Many crates have the same text.
            $texts[trim(file_get_contents($file))][] = $crate . ', ' . basename($file);
        }
    }
}
foreach ($texts as $text => $of) {
    echo "\n", str_repeat('=', 78), "\n", implode("\n", $of), "\n", str_repeat('-', 78), "\n$text\n";
}
