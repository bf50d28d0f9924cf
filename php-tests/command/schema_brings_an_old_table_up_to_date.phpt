--TEST--
rustdb schema prints what an older table lacks; a client of the server applies it, and then rustdb check finds nothing to do
--EXTENSIONS--
mysqli
--INI--
rustdb.table=t_command_schema
rustdb.create_table=0
rustdb.lock=lease
--FILE--
<?php
require __DIR__ . '/../inc/command.inc';

/** What is missing, printed and applied. */
function apply(): void
{
    [$status, $said, $complaints] = rustdb(['schema', '--missing']);
    echo $said, $complaints, "status $status\n";
    if ($said !== '') {
        admin()->multi_query($said);
        while (admin()->more_results()) {
            admin()->next_result();
        }
    }
}
drop_table('t_command_schema');
apply();
apply();
echo "-- as the first version made it\n";
admin()->query('ALTER TABLE t_command_schema DROP COLUMN handle, DROP COLUMN seen_at, COMMENT=\'rustdb schema 1\'');
tell_check([], ['tables'], ['warning', 'error']);
apply();
apply();
tell_check([], ['tables'], ['warning', 'error']);
echo "-- all of it\n";
[$status, $said] = rustdb(['schema']);
preg_match_all('/^(?:--|CREATE TABLE).*/m', $said, $lines);
echo implode("\n", $lines[0]), "\nstatus $status\n";
[$status, $said] = rustdb(['schema', '--json']);
foreach (json_decode($said, true)['tables'] as $table) {
    echo "$table[table]: ", json_encode([$table['exists'], $table['needed'], $table['alter'] ?? null]), "\n";
}
echo "-- where nobody answers\n";
[$status, $said, $complaints] = rustdb(['schema'], ['rustdb.socket' => '', 'rustdb.host' => '127.0.0.1:' . closed_port()]);
echo substr_count($said, 'CREATE TABLE'), " tables\n$complaints", "status $status\n";
?>
--CLEAN--
<?php
require __DIR__ . '/../inc/common.inc';
drop_table('t_command_schema');
?>
--EXPECTF--
-- Sessions: needed, and missing.
CREATE TABLE IF NOT EXISTS `t_command_schema` (
%a
) ENGINE=InnoDB %s COMMENT='rustdb schema %d';

-- Leases: needed, and missing.
CREATE TABLE IF NOT EXISTS `t_command_schema_lease` (
%a
) ENGINE=InnoDB %s COMMENT='rustdb schema %d';

status 0
status 0
-- as the first version made it
tables warning: the table t_command_schema (sessions) is there: InnoDB, schema 1, %s; it is of an earlier version, and lacks what labels need -> rustdb schema --missing (ALTER TABLE `t_command_schema` ADD COLUMN %s
status 0
-- Sessions: the table is there, of schema 1. This adds what it lacks:
ALTER TABLE `t_command_schema` ADD COLUMN `handle` BINARY(16) NULL DEFAULT NULL, ADD COLUMN `seen_at` BIGINT UNSIGNED NOT NULL DEFAULT 0, %sCOMMENT='rustdb schema %d';

status 0
status 0
status 0
-- all of it
-- Sessions: the table is there, of schema %d.
CREATE TABLE IF NOT EXISTS `t_command_schema` (
-- Leases: the table is there, of schema %d.
CREATE TABLE IF NOT EXISTS `t_command_schema_lease` (
-- Tickets: only for Rustdb\issue_ticket(), which makes it where it may.
CREATE TABLE IF NOT EXISTS `t_command_schema_ticket` (
-- Labels: only for Rustdb\label(), which makes it where it may; once it is there each read looks into it.
CREATE TABLE IF NOT EXISTS `t_command_schema_label` (
status 0
t_command_schema: [true,true,null]
t_command_schema_lease: [true,true,null]
t_command_schema_ticket: [false,false,null]
t_command_schema_label: [false,false,null]
-- where nobody answers
4 tables
rustdb: cannot look at the database (table %s): no connection: Connection refused %s
status 1
