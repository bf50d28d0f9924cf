//! The tables: what makes them where they are missing.

use std::thread;
use std::time::Duration;

use crate::config::ServerConfig;
use crate::db::{Link, Reply};
use crate::error::{Error, Result};

/// The table's DDL, the same file that an operator can apply.
const SCHEMA: &str = include_str!("../../examples/schema.sql");

/// Which statement of [`SCHEMA`] makes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Sessions = 0,
    Leases = 1,
    Tickets = 2,
    Labels = 3,
}

/// Runs statements that need a table, and makes it where it is missing and may be made.
///
/// # Errors
/// [`Error::TableMissing`], [`Error::TableForeign`] where it lacks a column.
pub fn ask_table(link: &mut Link, config: &ServerConfig, question: &str, table: Table) -> Result<Vec<Reply>> {
    let mut outcome = retried(|| link.run(question));
    if config.create_table && matches!(outcome, Err(Error::Server { code: 1146, .. })) {
        let ddl = ddl(&config.table, table);
        outcome = retried(|| link.run(&ddl)).and_then(|_| retried(|| link.run(question)));
    }
    match outcome {
        Err(Error::Server { code: 1146, .. }) => Err(Error::TableMissing),
        Err(Error::Server { code: 1054, message }) => Err(Error::TableForeign(message)),
        outcome => outcome,
    }
}

/// Runs a statement again that met another one: on a cluster, DDL on any node ends what looks at its table at that moment.
pub fn retried<T>(mut run: impl FnMut() -> Result<T>) -> Result<T> {
    const MOST_CONFLICTS: u32 = 20;
    for _ in 0..MOST_CONFLICTS {
        match run() {
            Err(Error::RolledBack { .. }) => thread::sleep(Duration::from_millis(10)),
            outcome => return outcome,
        }
    }
    run()
}

/// The statement of [`SCHEMA`] for tables of this name (a plain identifier: [`crate::config`] has checked it).
pub fn ddl(table: &str, which: Table) -> String {
    let lines = SCHEMA.lines().filter(|line| !line.starts_with("--"));
    let statements = lines.collect::<Vec<_>>().join("\n");
    let statement = statements.split(';').nth(which as usize).unwrap_or_default();
    statement.trim().replace("`rustdb_sessions", &format!("`{table}"))
}

/// Gives a sessions' table of an earlier version its new columns. It stands in the schema file as well.
pub fn columns_statement(table: &str) -> String {
    format!(
        "ALTER TABLE `{table}` ADD COLUMN `handle` BINARY(16) NULL DEFAULT NULL, \
         ADD COLUMN `seen_at` BIGINT UNSIGNED NOT NULL DEFAULT 0, ADD KEY `handle` (`handle`), \
         COMMENT='rustdb schema 2'"
    )
}

/// What a table of these columns and keys lacks of the schema, as what follows `ALTER TABLE name`; none where it lacks nothing.
pub fn missing_statement(table: &str, which: Table, columns: &[String], keys: &[String]) -> Option<String> {
    let ddl = ddl(table, which);
    let lacks = |there: &[String], name: &str| !there.iter().any(|found| found.eq_ignore_ascii_case(name));
    let additions = ddl.lines().filter_map(|line| {
        let line = line.trim().trim_end_matches(',');
        let (before, name) = line.split_once('`').and_then(|(before, rest)| Some((before, rest.split_once('`')?.0)))?;
        match before {
            "" if lacks(columns, name) => Some(format!("ADD COLUMN {line}")),
            "KEY " if lacks(keys, name) => Some(format!("ADD {line}")),
            _ => None,
        }
    });
    let mut additions: Vec<_> = additions.collect();
    if additions.is_empty() {
        return None;
    }
    additions.extend(ddl.split_once("COMMENT=").map(|(_, comment)| format!("COMMENT={comment}")));
    Some(additions.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_lacks_is_what_the_schema_file_says_of_older_ones() {
        let all = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let old = all(&["id", "version", "codec", "created_at", "expires_at", "data"]);
        let keys = all(&["PRIMARY", "expires_at"]);
        let statement = missing_statement("other", Table::Sessions, &old, &keys).unwrap();
        assert_eq!(format!("ALTER TABLE `other` {statement}"), columns_statement("other"));
        let new = [old, all(&["handle", "SEEN_AT"])].concat();
        let statement = missing_statement("other", Table::Sessions, &new, &keys).unwrap();
        assert_eq!(statement, "ADD KEY `handle` (`handle`), COMMENT='rustdb schema 2'");
        assert_eq!(missing_statement("other", Table::Sessions, &new, &[keys, all(&["handle"])].concat()), None);
    }

    #[test]
    fn the_ddl_is_the_schema_file_with_the_configured_name() {
        assert!(ddl("other", Table::Leases).contains("`other_lease` ("));
        let ddl = ddl("other", Table::Sessions);
        assert!(ddl.starts_with("CREATE TABLE IF NOT EXISTS `other` ("), "{ddl}");
        assert!(ddl.ends_with("COMMENT='rustdb schema 2'"), "{ddl}");
        assert!(!ddl.contains("rustdb_sessions"));
    }

    #[test]
    fn the_schema_file_has_the_statement_for_older_tables() {
        assert!(SCHEMA.contains(&format!("-- {};\n", columns_statement("rustdb_sessions"))));
        assert!(ddl("other", Table::Labels).contains("`other_label` ("));
        assert!(ddl("other", Table::Tickets).contains("`other_ticket` ("));
    }
}
