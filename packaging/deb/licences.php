<?php
// Prints the licence texts of crates: lines of `cargo tree --format '{p}'` on its input, `cargo metadata` as its argument.

declare(strict_types=1);

$packages = [];
foreach (json_decode(file_get_contents($argv[1]), true, flags: JSON_THROW_ON_ERROR)['packages'] as $package) {
    $packages["$package[name] v$package[version]"] = $package;
}
$texts = [];
foreach (file('php://stdin', FILE_IGNORE_NEW_LINES) as $line) {
    $name = implode(' ', array_slice(explode(' ', $line), 0, 2));
    $package = $packages[$name] ?? exit("$name is not in cargo's metadata\n");
    if ($package['source'] === null) {
        continue; // rustdb itself
    }
    echo "$name: $package[license]\n  ", $package['repository'] ?? '', "\n";
    foreach (glob(dirname($package['manifest_path']) . '/{LICEN[CS]E,COPYING,COPYRIGHT,NOTICE}*', GLOB_BRACE) ?: [] as $file) {
        if (is_file($file)) {
            // Many crates have the same text.
            $texts[trim(file_get_contents($file))][] = $name . ', ' . basename($file);
        }
    }
}
foreach ($texts as $text => $of) {
    echo "\n", str_repeat('=', 78), "\n", implode("\n", $of), "\n", str_repeat('-', 78), "\n$text\n";
}
