<?php
// `rustdb import`: brings the sessions of another save handler into rustdb's table, under their ids and with their last
// use, so that nobody is signed out by the move. docs/moving-in.md says when to run it.

declare(strict_types=1);

namespace Rustdb\Command\Import {
    require __DIR__ . '/options.php';
    require __DIR__ . '/folder.php';
    require __DIR__ . '/table.php';
    require __DIR__ . '/run.php';

    const CONNECTION = <<<'TEXT'
          --password-file=FILE  the database password; else the environment's RUSTDB_PASSWORD, the file of
                                rustdb.password_file, or a question on the terminal
          --socket= --host= --port= --user= --database= --table= --ssl-mode= --ssl-ca= --ssl-cert= --ssl-key=
                                in place of the CLI's rustdb.* directives, which are used where these are not given

        TEXT;

    const USAGE = <<<'TEXT'
        rustdb import folder [OPTION...] SAVE_PATH    the files of PHP's save handler `files`
        rustdb import table [OPTION...] KIND          the table of Symfony, of session classes from tutorials, or of PECL's

        Brings the sessions of another save handler in under their ids, so that nobody is signed out by the move. Each has a
        --help. It needs PHP's mysqli and posix.

        TEXT;

    const FOLDER_USAGE = <<<'TEXT'
        rustdb import folder [OPTION...] SAVE_PATH

        SAVE_PATH is the session.save_path of the site: a folder, or N;/folder or N;MODE;/folder for nested ones.

          --dry-run             read everything, write nothing, and tell what would happen
          --owner=USER          whose files to take; those of others are skipped, as PHP does. Must be given by root
          --lifetime=SECONDS    how long after its last use a session ends (default: session.gc_maxlifetime)
          --wait=SECONDS        how long to come back to sessions that requests hold (default: 30)

        TEXT . CONNECTION . <<<'TEXT'

        Exit status: 0 when all is there, 1 when something was left out (run it again), 2 when it could not begin.

        TEXT;

    const TABLE_USAGE = <<<'TEXT'
        rustdb import table [OPTION...] KIND

        KIND: symfony (PdoSessionHandler), tutorial (a table of id, data and updated), session_mysql (PECL). One statement does
        it, and may be run again: sessions that rustdb has stay as they are.

          --print               print the statement with what to mind, and do nothing: to change names and columns in it
          --from=TABLE          its name, as table or database.table (default: sessions; of session_mysql phpsession)
          --lifetime=SECONDS    how long after its last use a session ends, where the table does not say

        TEXT . CONNECTION . <<<'TEXT'

        Exit status: 0 when it is done, 1 when the server refused, 2 when it could not begin.

        TEXT;

    final class CannotBegin extends \Exception {}

    function folder(array $arguments): int
    {
        $options = new Options($arguments, FOLDER_USAGE, 'which folder?');
        if (ini_get('rustdb.encryption') === 'required') {
            throw new CannotBegin(
                'rustdb.encryption=required refuses the plain rows that this program writes: import with '
                . 'rustdb.encryption=optional, which encrypts each session at its next write, and require it later'
            );
        }
        $lifetime = $options->number('lifetime', 'session.gc_maxlifetime', '1440');
        $wait = $options->number('wait', default: '30');
        $owner = $options->owner();
        $dryRun = $options->has('dry-run');
        $folder = new Folder($options->rest[0]);
        $table = new Table($options, !$dryRun);
        echo "from $folder->path, sessions end $lifetime seconds after their last use\nto   $table->name on $table->server\n";
        $total = $folder->count();
        if ($total === 0) {
            throw new CannotBegin("there are no sess_* files$folder->hint");
        }
        $report = new Report($total);
        (new Import($table, $report, $lifetime, $owner, $dryRun))->run($folder->files(), $wait);
        return $report->close($dryRun) ? 0 : 1;
    }

    function table(array $arguments): int
    {
        $options = new Options($arguments, TABLE_USAGE, 'which kind of table?');
        $kind = $options->rest[0];
        $known = ['symfony' => 'sessions', 'tutorial' => 'sessions', 'session_mysql' => 'phpsession'];
        isset($known[$kind]) || throw new CannotBegin("what is $kind?\n\n" . TABLE_USAGE);
        $from = $options->get('from', 'rustdb.none', $known[$kind]);
        preg_match('/^[A-Za-z0-9_$]{1,64}(\.[A-Za-z0-9_$]{1,64})?$/D', $from)
            || throw new CannotBegin("--from: '$from' is no name of a table; --print it, and change it there");
        $statement = file_get_contents(__DIR__ . "/$kind.sql");
        $changes = ["FROM $known[$kind]" => 'FROM `' . str_replace('.', '`.`', $from) . '`'];
        if ($options->has('lifetime')) {
            $changes += array_fill_keys([' + 1440', ' + 21600'], ' + ' . $options->number('lifetime'));
        }
        $name = $options->get('table', default: 'rustdb_sessions');
        // What stands in comments is about the names as they were.
        preg_match('/^(--.*\n)*/', $statement, $comment);
        $statement = strtr(substr($statement, strlen($comment[0])), ['rustdb_sessions' => "`$name`"] + $changes);
        if ($options->has('print')) {
            echo $comment[0], $statement;
            return 0;
        }
        $table = new Table($options, true);
        echo number_format($table->run($statement)), " imported into $table->name on $table->server\n";
        return 0;
    }
}

namespace Rustdb\Command {
    function import(array $arguments): int
    {
        $kind = array_shift($arguments);
        $kinds = ['folder' => Import\FOLDER_USAGE, 'table' => Import\TABLE_USAGE];
        if ($kind === '--help' || ($kind !== null && in_array('--help', $arguments, true) && isset($kinds[$kind]))) {
            say($kinds[$kind] ?? Import\USAGE);
            return FINE;
        }
        isset($kinds[$kind ?? '']) || throw new WrongUsage(($kind === null ? 'import what?' : "what is $kind?") . "\n\n" . Import\USAGE);
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        try {
            foreach (['rustdb', 'mysqli', 'posix'] as $extension) {
                extension_loaded($extension) || throw new Import\CannotBegin("PHP's extension $extension is needed");
            }
            return $kind === 'folder' ? Import\folder($arguments) : Import\table($arguments);
        } catch (Import\CannotBegin $error) {
            fwrite(STDERR, "rustdb import: {$error->getMessage()}\n");
            return USAGE;
        } catch (\mysqli_sql_exception $error) {
            // What was written stays; the next run goes on from there.
            fwrite(STDERR, "\nrustdb import: the server says {$error->getCode()}: {$error->getMessage()}\nRun it again to go on.\n");
            return WRONG;
        }
    }
}
