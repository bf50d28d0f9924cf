<?php
// What one php-fpm worker keeps resident, after 10,000 requests; that of `files` is measured without rustdb loaded.

declare(strict_types=1);

function memory(Results $results): void
{
    set_flush(Place::Disk, 2);
    $after = $growth = $own = [];
    foreach (handlers_like('files', 'rustdb-row', 'rustdb-lease', 'symfony-transaction', 'redis') as $name) {
        $worker = worker($name, Place::Disk);
        $worker->command("seed 50 994 $name");
        $worker->stop();
        $site = new Site([$name], 1, rustdb: $name !== 'files');
        requests($site->url($name, 'changed'), $name, 5000);
        $middle = resident($site->fpms[0])['Rss'];
        requests($site->url($name, 'changed'), $name, 5000);
        $now = resident($site->fpms[0]);
        $after[$name] = [$now['Rss']];
        $own[$name] = [$now['Private_Dirty']];
        $growth[$name] = [$after[$name][0] - $middle];
        $site->stop();
    }
    $results->add(new Series('memory', 'memory', 'Resident after 10,000 requests', 'KiB', $after + above_files($after), ratios: false));
    $results->add(new Series('memory', 'memory/own', 'Of it written to by this worker, and so shared with no other', 'KiB',
        $own + above_files($own), ratios: false));
    $results->add(new Series('memory', 'memory/growth', 'More than after 5,000 requests', 'KiB', $growth, ratios: false));
}

function requests(string $url, string $name, int $count): void
{
    $curl = curl_init($url);
    curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
    for ($at = 0; $at < $count; $at++) {
        curl_setopt($curl, CURLOPT_COOKIE, "PHPSESSID=$name" . $at % 50);
        curl_exec($curl);
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($status !== 200) {
            throw new Exception("$url: status $status");
        }
    }
}

/** @return array<string, float> KiB of the one worker, as smaps names them */
function resident(Program $fpm): array
{
    $child = trim(file_get_contents("/proc/{$fpm->pid()}/task/{$fpm->pid()}/children"));
    preg_match_all('/^(\w+):\s+(\d+) kB/m', file_get_contents("/proc/$child/smaps_rollup"), $found);
    return array_map('floatval', array_combine($found[1], $found[2]));
}
