<?php
// The member area's own connection to the database, for members and counts; sessions have theirs, of which PHP sees nothing.
declare(strict_types=1);

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

function database(): mysqli
{
    static $database = null;
    return $database ??= new mysqli(
        getenv('RUSTDB_TEST_SOCKET') ? 'localhost' : getenv('RUSTDB_TEST_HOST'),
        getenv('RUSTDB_TEST_USER'),
        trim(file_get_contents(getenv('RUSTDB_DEMO_DATABASE_PASSWORD_FILE'))),
        getenv('RUSTDB_TEST_DATABASE'),
        (int) getenv('RUSTDB_TEST_PORT'),
        getenv('RUSTDB_TEST_SOCKET') ?: null,
    );
}

/** Runs one statement; returns its rows, of those that have any, and else how many it has changed. */
function query(string $sql, string|int ...$values): array|int
{
    $statement = database()->prepare($sql);
    $statement->execute($values);
    $result = $statement->get_result();
    return $result ? $result->fetch_all(MYSQLI_ASSOC) : $statement->affected_rows;
}
