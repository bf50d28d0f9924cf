<?php
// `rustdb schema`: the DDL of this configuration's tables, and what an older table lacks.

declare(strict_types=1);

namespace Rustdb\Command;

const SCHEMA_HELP = <<<'TEXT'
    rustdb schema [--missing] [--json]

    Prints the statements that make the tables of this configuration, and the ALTER TABLE that a table of an earlier
    version needs. It changes nothing: give what it prints to a client of the server, with an account that may.

      --missing           only what has to be run: a table that is needed and missing, or older. Nothing where all is well

    Exit status: 0, or 1 where the server could not be asked; then the DDL is printed all the same.

    TEXT;

/** @param list<string> $arguments */
function schema(array $arguments): int
{
    $options = new Options($arguments, SCHEMA_HELP, ['missing']);
    if ($options->helps()) {
        return FINE;
    }
    need_extension();
    $trouble = null;
    try {
        $tables = array_column(\Rustdb\inspect('tables'), null, 'table');
    } catch (\Rustdb\Exception $error) {
        $trouble = $error->getMessage();
        $tables = [];
    }
    $all = array_map(fn(array $table) => $table + ($tables[$table['table']] ?? []), \Rustdb\inspect('schema'));
    if ($options->has('json')) {
        say_json(['tables' => array_map(fn(array $table) => array_diff_key($table, ['rights' => 0]), $all), 'error' => $trouble]);
    } else {
        foreach ($all as $table) {
            say(statements($table, $options->has('missing')));
        }
    }
    if ($trouble !== null) {
        fwrite(STDERR, "$trouble\n");
    }
    return $trouble === null ? FINE : WRONG;
}

/** What is to be said of one table, as SQL. */
function statements(array $table, bool $missing_only): string
{
    $exists = $table['exists'] ?? null;
    $alter = $table['alter'] ?? null;
    $purpose = ucfirst($table['for']);
    if ($alter !== null) {
        $version = isset($table['schema']) ? "of schema $table[schema]" : 'not as it should be';
        $before = $missing_only ? '' : "$table[ddl];\n\n";
        return "-- $purpose: the table is there, $version. This adds what it lacks:\n$before$alter;\n\n";
    }
    $what = match (true) {
        $exists === true => 'the table is there' . (isset($table['schema']) ? ", of schema $table[schema]" : ''),
        $table['needed'] => 'needed' . ($exists === false ? ', and missing' : ''),
        $table['for'] === 'leases' => 'only for rustdb.lock=lease',
        $table['for'] === 'tickets' => 'only for Rustdb\issue_ticket(), which makes it where it may',
        default => 'only for Rustdb\label(), which makes it where it may; once it is there each read looks into it',
    };
    if ($missing_only && ($exists !== false || !$table['needed'])) {
        return '';
    }
    return "-- $purpose: $what.\n$table[ddl];\n\n";
}
