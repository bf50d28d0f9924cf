<?php
// Checks of the tables, and of what the account may do with them.

declare(strict_types=1);

namespace Rustdb\Command;

function tables(Site $site): iterable
{
    if ($site->servers() === []) {
        return;
    }
    $creates = (bool) ini_get('rustdb.create_table');
    foreach ($site->ask('tables') as $table) {
        $name = "the table $table[table] ($table[for])";
        if (!$table['exists']) {
            if (isset($table['problem'])) {
                yield $table['needed'] ? bad("$name: $table[problem]") : look("$name: $table[problem]", 'a shorter rustdb.table, where they are used');
            } elseif ($table['needed']) {
                $may = $table['rights']['CREATE'] ?? null;
                yield match (true) {
                    !$creates => bad("$name is missing, and rustdb.create_table is 0", 'rustdb schema --missing'),
                    $may === false => bad("$name is missing, and the account may not create it", 'GRANT CREATE, or rustdb schema --missing'),
                    default => ok("$name is missing; the first session makes it"),
                };
            }
            continue;
        }
        $engine = $table['engine'] ?: 'an engine that this account cannot see';
        $version = $table['schema'] === null ? 'of no known schema' : "schema $table[schema]";
        $rows = isset($table['rows']) ? ', about ' . many($table['rows'], 'row') . ', ' . bytes($table['bytes'] ?? 0) : '';
        $told = "$name is there: $engine, $version$rows";
        $remedy = 'rustdb schema --missing' . ($table['alter'] === null ? '' : " ($table[alter])");
        yield match (true) {
            isset($table['problem']) => bad("$told; $table[problem]", $table['alter'] === null ? 'another rustdb.table, or compare with `rustdb schema`' : $remedy),
            $table['alter'] !== null => look("$told; it is of an earlier version, and lacks what labels need", $remedy),
            default => ok($told),
        };
    }
}

/** SELECT and so on were tried; CREATE and ALTER are what SHOW GRANTS says. */
function rights(Site $site): iterable
{
    if ($site->servers() === []) {
        return;
    }
    $fine = [];
    foreach ($site->ask('tables') as $table) {
        if (!$table['exists']) {
            continue;
        }
        $missing = [];
        foreach (['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as $right) {
            if ($table['rights'][$right] === false) {
                $missing[] = $right;
            }
        }
        if ($table['alter'] !== null && ini_get('rustdb.create_table') && $table['rights']['ALTER'] === false) {
            yield look("the account may not ALTER $table[table], which is of an earlier version", 'rustdb schema --missing, by an account that may');
        }
        if ($missing !== []) {
            $account = $site->servers()[0]['account'];
            [$user, $host] = preg_split('/@(?=[^@]*$)/', $account) + [1 => '%'];
            yield bad("the account $account has no right to " . implode(', ', $missing) . " on $table[table]",
                'GRANT ' . implode(', ', $missing) . ' ON ' . ini_get('rustdb.database') . ".$table[table] TO '$user'@'$host'");
        } else {
            $fine[] = $table['table'];
        }
    }
    if ($fine !== []) {
        yield ok('the account may select, insert, update and delete in ' . implode(', ', $fine));
    }
}

/** What is stored, against what the server takes. */
function session_sizes(Site $site): iterable
{
    if ($site->servers() === []) {
        return;
    }
    $site->forget('sessions');
    $sessions = $site->ask('sessions');
    $packet = (int) $site->servers()[0]['variables']['max_allowed_packet'];
    $number = ($sessions['exact'] ? '' : 'about ') . many($sessions['sessions'], 'session');
    $largest = (int) $sessions['largest'];
    $told = "$number, " . bytes($sessions['bytes_each']) . ' each; the largest of ' . number($sessions['sample']) . ' rows has ' . bytes($largest);
    yield $largest > $packet / 2
        ? look("$told, and max_allowed_packet is " . bytes($packet), 'store less in it, or raise max_allowed_packet')
        : ok($sessions['sessions'] === 0 ? 'no session is stored' : $told);
}
